#include "crawler/process/start_failure.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace mcprisk;
using namespace mcprisk::crawler;

namespace {

struct Sample {
    const char* words;
    bool network;
    Outcome outcome;
    const char* names;  // variables and options, joined by commas
};
std::ostream& operator<<(std::ostream& out, const Sample& sample) { return out << sample.words; }

const Sample kSamples[] = {
    {"Error: ACME_API_KEY environment variable is required",
     true,
     Outcome::needs_configuration,
     "ACME_API_KEY"},
    {"Missing required environment variables:\n - ACME_URL\n - ACME_TOKEN\n",
     true,
     Outcome::needs_configuration,
     "ACME_URL,ACME_TOKEN"},
    {"Please provide an API key", true, Outcome::needs_configuration, ""},
    {"error: required option '--api-key <key>' not specified",
     false,
     Outcome::needs_configuration,
     "--api-key"},
    {"Usage: server-files [options] <dir>", true, Outcome::needs_configuration, ""},
    {"Error: getaddrinfo EAI_AGAIN api.example.com", false, Outcome::needs_network, ""},
    {"Error: getaddrinfo ENOTFOUND api.example.com", true, Outcome::exited, ""},
    {"connect ECONNREFUSED 127.0.0.1:5432", false, Outcome::needs_network, ""},
    {"env: 'python': No such file or directory", true, Outcome::no_runtime, ""},
    {"TypeError: Cannot read properties of undefined\n    at config (x.js:1)",
     true,
     Outcome::exited,
     ""},
    {"Segmentation fault", true, Outcome::exited, ""},
    {"", true, Outcome::exited, ""},
    {"code: 'ERR_MODULE_NOT_FOUND' is required", true, Outcome::exited, ""},
    {"PATH_TO_X is set, but GIVEN_NAME is missing",
     true,
     Outcome::needs_configuration,
     "PATH_TO_X"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(start_failure)

BOOST_DATA_TEST_CASE(reads_why_from_the_last_words, kSamples) {
    const StartFailure failure = read_start_failure(sample.words, sample.network, {"GIVEN_NAME"});
    BOOST_TEST(to_string(failure.outcome) == to_string(sample.outcome));
    std::string names;
    for (const auto* list : {&failure.variables, &failure.options}) {
        for (const std::string& name : *list) names += (names.empty() ? "" : ",") + name;
    }
    BOOST_TEST(names == sample.names);
}

BOOST_AUTO_TEST_CASE(the_last_line_leaves_stack_frames_out_and_is_short) {
    BOOST_TEST(last_line("Error: no\n    at f (a.js:1:1)\n\nNode.js v20.1.0\n") == "Error: no");
    BOOST_TEST(last_line("a\nb\nc\nd\n") == "b / c / d");
    BOOST_TEST(last_line(std::string(1000, 'x')).size() == 300U);
    BOOST_TEST(last_line("") == "");
}

BOOST_AUTO_TEST_CASE(a_missing_native_module_wants_scripts) {
    BOOST_TEST(wants_scripts("Error: Could not locate the bindings file. Tried:"));
    BOOST_TEST(!wants_scripts("Error: no key"));
    BOOST_TEST(native_module("Error: Could not locate the bindings file. Tried:\n \xe2\x86\x92 "
                             "/c/npm/x/node_modules/better-sqlite3/build/better_sqlite3.node") ==
               "better-sqlite3");
    BOOST_TEST(native_module("Error: Cannot find module '../build/Release/keytar.node'\nRequire "
                             "stack:\n- /c/node_modules/a/node_modules/keytar/lib/keytar.js") ==
               "keytar");
    BOOST_TEST(native_module("at /c/node_modules/plain/lib/a.js\nError: no key").empty());
}

BOOST_AUTO_TEST_SUITE_END()

// Every format for three servers, to the byte. MCPRISK_WRITE_GOLDEN=1 writes the files again; the
// test then says so and fails, so that it never passes unseen.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "build_places.h"
#include "judged_server.h"
#include "policy/decide/decide.h"
#include "policy/edit/text_diff.h"
#include "policy/targets/target.h"

namespace {

using namespace mcprisk::policy;
using namespace mcprisk::policy::testing;
namespace data = boost::unit_test::data;

const char* const kServers[] = {"bookshop", "github", "workshop"};

std::string text_for(const Target& format, const JudgedServer& judged) {
    const Options options{.ceiling = true};
    const NamedServer server = judged.decided(options);
    if (format.render == nullptr) {
        return document_of(server.id, server.tools, options).policy_json;
    }
    const auto rendered = render(format, std::span(&server, 1), {});
    std::string text = rendered.text;
    for (const std::string& note : told(rendered)) text += "note: " + note + "\n";
    return text;
}

void compare_with_golden(const std::string& path, const std::string& text) {
    const std::string file = std::string(MCPRISK_SOURCE_DIR "/") + path;
    if (std::getenv("MCPRISK_WRITE_GOLDEN") != nullptr) {
        std::filesystem::create_directories(std::filesystem::path(file).parent_path());
        std::ofstream(file, std::ios::binary) << text;
        BOOST_ERROR("written, not compared: " << path);
        return;
    }
    std::ifstream in(file, std::ios::binary);
    const std::string golden{std::istreambuf_iterator<char>(in), {}};
    BOOST_TEST_INFO(unified_diff(golden, text, path));
    BOOST_TEST_INFO("to accept: MCPRISK_WRITE_GOLDEN=1 test_policy --run_test=format_golden");
    BOOST_TEST((golden == text));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(format_golden)

BOOST_AUTO_TEST_CASE(every_format_is_written_as_it_was) {
    for (const char* name : kServers) {
        const JudgedServer judged = read_judged(name);
        for (const Target* format : targets()) {
            const std::string path =
                "tests/policy/golden/" + std::string(name) + "/" + std::string(format->word);
            compare_with_golden(path, text_for(*format, judged));
        }
    }
}

BOOST_AUTO_TEST_CASE(several_servers_stand_in_one_file) {
    std::vector<JudgedServer> judged;
    std::vector<NamedServer> servers;
    for (const char* name : kServers) judged.push_back(read_judged(name));
    for (const JudgedServer& one : judged) servers.push_back(one.decided());
    for (const Target* format : targets()) {
        if (!format->many) continue;
        compare_with_golden("tests/policy/golden/all/" + std::string(format->word),
                            render(*format, servers, {}).text);
    }
}

BOOST_AUTO_TEST_CASE(no_format_relies_on_annotations) {
    for (const char* name : kServers) {
        const JudgedServer judged = read_judged(name);
        for (const Target* format : targets()) {
            const auto text = text_for(*format, judged);
            for (const char* word : {"readOnly", "Annotations", "\"auto\"", "\"writes\""}) {
                BOOST_TEST_INFO(format->word << " of " << name);
                BOOST_TEST(text.find(word) == std::string::npos);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

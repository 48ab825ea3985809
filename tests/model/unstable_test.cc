#include "model/unstable.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace mcprisk;
namespace data = boost::unit_test::data;

namespace {

struct Pair {
    const char* a;
    const char* b;
};
std::ostream& operator<<(std::ostream& out, const Pair& pair) {
    return out << pair.a << " / " << pair.b;
}

// Two listings a moment apart.
const std::vector<Pair> kUnstable{
    {"Now is 2026-11-21T10:15:30Z.", "Now is 2026-11-21T10:15:31Z."},
    {"Now is 2026-11-21 10:15:30.120", "Now is 2026-11-21 10:15:31.998"},
    {"Today: 2026-11-21", "Today: 2026-11-22"},
    {"started 10:15:30", "started 10:15:31"},
    {"epoch 1795234567", "epoch 1795234568"},
    {"ms=1795234567123", "ms=1795234568124"},
    {"session 3f2504e0-4f89-11d3-9a0c-0305e82c3301",
     "session 7d444840-9dc0-11d1-b245-5ffdce74fad2"},
    {"build deadbeef01", "build 00c0ffee42"},
    {"id V1StGXR8Z5jdHi6B", "id a7Xk29QmP4vT81zL"},
    {"works in /tmp/mcp-a8f3/work", "works in /tmp/mcp-99zz/work2"},
    {"in '/var/folders/x1/T/abc'", "in '/var/folders/y2/T/def'"},
    {"at http://localhost:54321/ui", "at http://localhost:41234/ui"},
    {"pid 4711", "pid 4712"},
    {R"(C:\Users\me\AppData\Local\Temp\a1)", R"(C:\Users\me\AppData\Local\Temp\b2)"}};

// What somebody wrote.
const std::vector<Pair> kReal{{"Refunds up to 1000 dollars", "Refunds up to 9999 dollars"},
                              {"version 1.2.3", "version 1.2.4"},
                              {"sends to 10.0.0.5", "sends to 66.6.6.6"},
                              {"reads /home/me/docs", "reads /etc/passwd"},
                              {"Stores a note", "Stores a note and mails it"},
                              {"at 2026-11-21 reads", "at 2026-11-22 deletes"},
                              {"uses interface", "uses different"},
                              {"https://a.example/x", "https://b.example/x"},
                              {"call list_users_v2", "call drop_users_v2"},
                              {"reads /tmp/a", "reads /tmp/../etc/passwd"},
                              {"same", "same"}};

}  // namespace

BOOST_AUTO_TEST_SUITE(unstable)

BOOST_DATA_TEST_CASE(made_anew_for_each_listing, data::make(kUnstable)) {
    const UnstableText text;
    BOOST_TEST(text.differ_only_so(sample.a, sample.b),
               text.masked(sample.a) << " / " << text.masked(sample.b));
}

BOOST_DATA_TEST_CASE(written_by_somebody, data::make(kReal)) {
    const UnstableText text;
    BOOST_TEST(!text.differ_only_so(sample.a, sample.b), text.masked(sample.a));
}

BOOST_AUTO_TEST_CASE(ordinary_text_stays) {
    const UnstableText text;
    for (const char* plain : {"",
                              "Gets a note.",
                              "analytics_goals_create",
                              "utf8 base64 sha256",
                              "port of call",
                              "+49 555-1234-5678",
                              "日本語"}) {
        BOOST_TEST(text.masked(plain) == plain);
    }
}

BOOST_AUTO_TEST_SUITE_END()

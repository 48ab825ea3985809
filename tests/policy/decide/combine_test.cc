#include "policy/decide/combine.h"
#include "policy/decide/settings.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <random>

#include "fixtures.h"

namespace {

using namespace mcprisk;
using namespace mcprisk::policy;
using mcprisk::policy::testing::Bench;
using mcprisk::policy::testing::make_tool;
namespace data = boost::unit_test::data;

// Reads of low risk, so that the table lets them run unattended.
void add(Bench& bench, const std::string& name, std::vector<std::string> capabilities) {
    bench.add(make_tool(name), Category::read, RiskLevel::low);
    bench.verdicts.back().capabilities = std::move(capabilities);
    bench.verdicts.back().evidence.clear();
}

NamedServer named(const std::string& name, const Bench& bench, const Options& options = {}) {
    return {.name = name, .id = name, .url = "", .tools = decide_all(bench.judged(), options)};
}

Verb verb_of(const std::vector<NamedServer>& servers, const std::string& tool) {
    for (const NamedServer& server : servers) {
        for (const Decided& one : server.tools) {
            if (one.judged.tool->name == tool) return one.decision.verb;
        }
    }
    return Verb::hide;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(combine)

BOOST_AUTO_TEST_CASE(the_cheapest_leg_asks_and_names_the_others) {
    Bench mail;
    add(mail, "read_mail", {"data.private_read", "data.untrusted_read"});
    add(mail, "read_notes", {"data.private_read"});
    Bench web;
    add(web, "post_form", {"net.send"});
    add(web, "count", {});
    std::vector<NamedServer> servers{named("mail", mail), named("web", web)};
    const auto combination = break_combination(servers, {});
    BOOST_TEST(combination.found);
    BOOST_TEST((combination.asked == Leg::way_out));
    BOOST_TEST((combination.tools == std::vector<std::string>{"web: post_form"}));
    BOOST_TEST((verb_of(servers, "post_form") == Verb::ask));
    BOOST_TEST((verb_of(servers, "read_mail") == Verb::allow));
    BOOST_TEST((verb_of(servers, "count") == Verb::allow));
    const auto& because = servers[1].tools[1].decision.because;
    for (const char* part : {"private data (mail: read_mail, mail: read_notes)",
                             "untrusted content (mail: read_mail)"}) {
        BOOST_TEST_INFO(because);
        BOOST_TEST(because.find(part) != std::string::npos);
    }
    BOOST_TEST(unattended_legs(servers).broken());
    BOOST_TEST(servers[1].tools[1].decision.rule.at("deny_if")[0]["conditions"].empty());
}

BOOST_AUTO_TEST_CASE(fewer_tools_are_cheaper) {
    Bench one;
    add(one, "a", {"data.private_read"});
    add(one, "out1", {"net.send"});
    add(one, "out2", {"msg.send"});
    add(one, "in1", {"data.untrusted_read"});
    add(one, "in2", {"data.untrusted_read"});
    std::vector<NamedServer> servers{named("one", one)};
    BOOST_TEST((break_combination(servers, {}).asked == Leg::private_data));
}

Bench mail_and_web() {
    Bench bench;
    add(bench, "read_mail", {"data.private_read", "data.untrusted_read"});
    add(bench, "read_notes", {"data.private_read"});
    add(bench, "post_form", {"net.send"});
    return bench;
}

// The policy of one server may be in force alone.
BOOST_AUTO_TEST_CASE(one_server_by_itself_is_cut_too) {
    const Bench bench = mail_and_web();
    Combination cut;
    const auto tools = decide_server("both", bench.judged(), {}, &cut);
    BOOST_TEST(cut.found);
    BOOST_TEST((cut.tools == std::vector<std::string>{"both: post_form"}));
    BOOST_TEST(cut.told.starts_with("both has private data"), cut.told);
    const auto rule = recommend_server("both", bench.judged(), {}).policy_json;
    BOOST_TEST(nlohmann::json::parse(rule)["tools"]["post_form"]["deny_if"][0]["conditions"].empty());
    // The shapes of others are left as they are.
    decide_server("both", bench.judged(), {.compat = true}, &(cut = {}));
    BOOST_TEST(!cut.found);
}

// What somebody decided by name, with a reason and a last day, stands; another leg is cut.
BOOST_AUTO_TEST_CASE(what_a_person_decided_is_not_taken_back) {
    const Bench bench = mail_and_web();
    Settings settings;
    Override post;
    post.server = "*";
    post.tool = "post_form";
    post.verb = Verb::allow;
    post.reason = "our own form";
    post.expires = "2027-01-31";
    settings.overrides.push_back(post);
    const Options options{.settings = &settings, .today = "2026-11-22"};
    std::vector<NamedServer> servers{named("both", bench, options)};
    const auto combination = break_combination(servers, options);
    BOOST_TEST((combination.asked == Leg::private_data));
    BOOST_TEST((verb_of(servers, "post_form") == Verb::allow));
    BOOST_TEST((verb_of(servers, "read_notes") == Verb::ask));
    BOOST_TEST(unattended_legs(servers).broken());
}

// A way out that is held to what a person named leads to nobody else.
BOOST_AUTO_TEST_CASE(a_known_host_is_no_stranger) {
    Bench bench = mail_and_web();
    bench.tools.pop_back();
    bench.verdicts.pop_back();
    bench.add(make_tool("fetch_page", {{"url", {{"type", "string"}}}}),
              Category::read,
              RiskLevel::medium);
    bench.verdicts.back().capabilities = {"net.fetch"};
    Settings settings;
    settings.values.hosts = {"api.example.com"};
    const Options options{.settings = &settings};
    const auto held = decide_server("both", bench.judged(), options);
    const auto free = decide_server("both", bench.judged(), {});
    const auto verb = [](const std::vector<Decided>& tools, std::string_view name) {
        for (const Decided& one : tools) {
            if (one.judged.tool->name == name) return one.decision.rest;
        }
        return Verb::hide;
    };
    BOOST_TEST(!unattended(verb(free, "fetch_page")));
    const bool opened = std::any_of(held.begin(), held.end(), [](const Decided& one) {
        return !one.decision.opened_by.empty();
    });
    BOOST_TEST(opened);
    BOOST_TEST(unattended(verb(held, "fetch_page")));
    BOOST_TEST(unattended(verb(held, "read_mail")));
}

BOOST_AUTO_TEST_CASE(two_legs_are_no_combination) {
    Bench bench;
    add(bench, "read_mail", {"data.private_read", "data.untrusted_read"});
    std::vector<NamedServer> servers{named("mail", bench)};
    BOOST_TEST(!break_combination(servers, {}).found);
    BOOST_TEST((verb_of(servers, "read_mail") == Verb::allow));
}

BOOST_DATA_TEST_CASE(no_unattended_path_is_left, data::xrange(60U), seed) {
    static const std::vector<std::string> kTags{"data.private_read",
                                                "data.untrusted_read",
                                                "net.send",
                                                "net.fetch",
                                                "fs.read",
                                                "exec.browser",
                                                "mem.read"};
    std::mt19937 random(seed);
    for (const Preset preset : {Preset::recommended, Preset::permissive, Preset::strict}) {
        const Options options{.preset = preset};
        std::vector<Bench> benches(3);
        for (Bench& bench : benches) {
            for (int i = 0; i < 6; ++i) {
                nlohmann::json properties = nlohmann::json::object();
                if (random() % 4 == 0) properties["url"] = {{"type", "string"}};
                bench.add(make_tool("t" + std::to_string(i), properties),
                          kCategories.at(random() % 3),
                          kRiskLevels.at(random() % 4));
                for (const std::string& tag : kTags) {
                    if (random() % 4 == 0) bench.verdicts.back().capabilities.push_back(tag);
                }
            }
        }
        std::vector<NamedServer> servers;
        for (const Bench& bench : benches) {
            servers.push_back(named("s" + std::to_string(servers.size()), bench, options));
        }
        const bool broken = unattended_legs(servers).broken();
        BOOST_TEST(break_combination(servers, options).found == !broken);
        BOOST_TEST(unattended_legs(servers).broken());
        // Nor in what is written: policy.json lets no tool of the leg through, no list allows it.
        for (const NamedServer& server : servers) {
            for (const Decided& one : server.tools) {
                const auto& stricter = one.decision.stricter;
                if (std::find(stricter.begin(), stricter.end(), "combination") == stricter.end())
                    continue;
                BOOST_TEST((one.decision.effect >= Effect::denied));
                BOOST_TEST(!unattended(one.decision.verb));
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

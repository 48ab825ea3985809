#include "crawler/process/sandbox.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "crawler/process/temporary_directory.h"

using namespace mcprisk::crawler;

namespace {

const HostLayout kHost{.links = {{"/bin", "usr/bin"}}, .paths = {"/usr", "/etc/hosts"}};

std::string joined(const std::vector<std::string>& argv) {
    std::string out = " ";
    for (const std::string& word : argv) out += word + " ";
    return out;
}

bool has(const SandboxPlan& plan, const std::string& words) {
    return joined(bubblewrap_argv("/usr/bin/bwrap", kHost, plan)).find(" " + words + " ") !=
           std::string::npos;
}

bool contains(const std::vector<std::string>& list, const std::string& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sandbox)

BOOST_AUTO_TEST_CASE(nothing_is_shared_but_the_system_and_what_the_plan_names) {
    SandboxPlan plan;
    plan.argv = {"/usr/bin/node", "/data/x.js", "--"};
    plan.readable = {"/data/sub", "/data", "/usr/lib/node"};
    const auto argv = bubblewrap_argv("/usr/bin/bwrap", kHost, plan);
    BOOST_TEST(argv.front() == "/usr/bin/bwrap");
    for (const char* words : {"--unshare-user",
                              "--unshare-pid",
                              "--unshare-ipc",
                              "--unshare-net",
                              "--uid 1000 --gid 1000",
                              "--seccomp 3 --args 4",
                              "--remount-ro /dev",
                              "--remount-ro /proc",
                              "--ro-bind-data 5 /etc/passwd --ro-bind-data 6 /etc/group",
                              "--remount-ro / -- /usr/bin/node",
                              "--die-with-parent",
                              "--new-session",
                              "--cap-drop ALL",
                              "--symlink usr/bin /bin",
                              "--ro-bind /usr /usr",
                              "--tmpfs /tmp",
                              "--tmpfs /home/mcprisk",
                              "--ro-bind /data /data --ro-bind /data/sub /data/sub",
                              "--chdir /home/mcprisk/work",
                              "-- /usr/bin/node /data/x.js --"}) {
        BOOST_TEST(has(plan, words), words);
    }
    BOOST_TEST(!has(plan, "--bind"));
    BOOST_TEST(!has(plan, "--ro-bind / /"));
    BOOST_TEST(!has(plan, "/usr/lib/node"));  // the system is there already
}

BOOST_AUTO_TEST_CASE(the_network_is_shared_only_when_allowed) {
    SandboxPlan plan;
    plan.argv = {"/usr/bin/true"};
    BOOST_TEST(has(plan, "--unshare-net"));
    BOOST_TEST(!has(plan, "/etc/resolv.conf"));
    plan.network = true;
    BOOST_TEST(!has(plan, "--unshare-net"));
    BOOST_TEST(has(plan, "--ro-bind-try /etc/resolv.conf /etc/resolv.conf"));
}

BOOST_AUTO_TEST_CASE(a_named_working_directory_is_read_only) {
    SandboxPlan plan;
    plan.argv = {"/usr/bin/true"};
    plan.working_directory = "/data/project";
    BOOST_TEST(has(plan, "--ro-bind /data/project /data/project"));
    BOOST_TEST(has(plan, "--chdir /data/project"));
}

BOOST_AUTO_TEST_CASE(a_command_shows_its_program_and_the_paths_it_names) {
    const TemporaryDirectory directory = TemporaryDirectory::make().value();
    const std::string top = directory.path();
    const std::string home = top + "/home";
    std::filesystem::create_directories(home + "/.node/bin");
    std::filesystem::create_directories(home + "/.node/lib/node_modules");
    std::filesystem::create_directories(home + "/project");
    std::filesystem::create_directories(top + "/data");
    std::ofstream(home + "/.node/bin/node") << "";
    std::ofstream(home + "/project/server.js") << "";
    SandboxPlan plan;
    plan.argv = {home + "/.node/bin/node",
                 home + "/project/server.js",
                 "--root=" + top + "/data",
                 home,
                 "/tmp",
                 "/",
                 "/proc/self",
                 top + "/missing",
                 "word"};
    show_command(plan, "/usr/bin", home);
    BOOST_TEST(contains(plan.readable, home + "/.node"));
    BOOST_TEST(contains(plan.readable, home + "/project"));
    BOOST_TEST(contains(plan.readable, top + "/data"));
    BOOST_TEST(!contains(plan.readable, home));
    BOOST_TEST(!contains(plan.readable, top + "/missing"));
    BOOST_TEST(!contains(plan.readable, "/proc/self"));
    BOOST_TEST(!contains(plan.readable, "/"));
    BOOST_TEST(contains(plan.empty_directories, home));
    BOOST_TEST(contains(plan.empty_directories, "/tmp"));
}

BOOST_AUTO_TEST_CASE(places_of_the_system_are_empty_whoever_asks) {
    SandboxPlan plan;
    plan.argv = {"/usr/bin/true", "/tmp", "/var/tmp/", "/etc", "/mnt"};
    show_command(plan, "/usr/bin", "/home/me");
    for (const char* place : {"/tmp", "/var/tmp", "/etc", "/mnt"}) {
        BOOST_TEST(contains(plan.empty_directories, place), place);
        BOOST_TEST(!contains(plan.readable, place), place);
    }
}

BOOST_AUTO_TEST_CASE(nothing_of_the_running_machine_is_shown_by_any_name) {
    const TemporaryDirectory directory = TemporaryDirectory::make().value();
    const std::string top = directory.path();
    std::filesystem::create_directory_symlink("/run", top + "/folder");
    std::filesystem::create_symlink("/proc/cpuinfo", top + "/file");
    SandboxPlan plan;
    plan.argv = {"/usr/bin/true", "/proc/cpuinfo", "/proc/self", top + "/folder", top + "/file"};
    show_command(plan, "/usr/bin", "/home/me");
    for (std::size_t i = 1; i < plan.argv.size(); ++i) {
        BOOST_TEST(!contains(plan.readable, plan.argv[i]), plan.argv[i]);
        BOOST_TEST(!contains(plan.empty_directories, plan.argv[i]), plan.argv[i]);
    }
    // Nor what means another folder for each program.
    plan = {};
    plan.argv = {"/usr/bin/true"};
    plan.working_directory = ".";
    show_command(plan, "/usr/bin", "/home/me");
    BOOST_TEST(!contains(plan.readable, "."));
}

BOOST_AUTO_TEST_CASE(a_path_that_leads_nowhere_lies_nowhere) {
    const TemporaryDirectory directory = TemporaryDirectory::make().value();
    std::filesystem::create_symlink("circle", directory.path() + "/circle");
    BOOST_TEST(!lies_in(directory.path() + "/circle/x", "/"));
    BOOST_TEST(lies_in("/etc/hosts", "/"));
}

BOOST_AUTO_TEST_CASE(a_script_sees_the_packages_it_resolves_its_modules_from) {
    const TemporaryDirectory directory = TemporaryDirectory::make().value();
    const std::string top = directory.path() + "/home/repo";
    for (const char* folder : {"/packages/server/dist",
                               "/packages/shared",
                               "/packages/other",
                               "/node_modules/hoisted",
                               "/node_modules/@scope"}) {
        std::filesystem::create_directories(top + folder);
    }
    for (const char* file : {"/package.json",
                             "/.env",
                             "/packages/server/package.json",
                             "/packages/server/dist/index.js"}) {
        std::ofstream(top + file) << "{}";
    }
    std::filesystem::create_directory_symlink("../../packages/shared",
                                              top + "/node_modules/@scope/shared");
    std::filesystem::create_directory_symlink("/etc", top + "/node_modules/evil");
    SandboxPlan plan;
    plan.argv = {"/usr/bin/node", top + "/packages/server/dist/index.js"};
    show_command(plan, "/usr/bin", directory.path() + "/home");
    for (const char* shown : {"/packages/server",
                              "/node_modules",
                              "/package.json",
                              "/packages/shared"}) {
        BOOST_TEST(contains(plan.readable, top + shown), shown);
    }
    for (const std::string& other : {top,
                                     top + "/packages",
                                     top + "/packages/other",
                                     top + "/.env",
                                     directory.path() + "/home",
                                     std::string("/etc")}) {
        BOOST_TEST(!contains(plan.readable, other), other);
    }
    BOOST_TEST(plan.empty_directories.empty());
    // A folder's own configuration reaches no further than the folder.
    plan = {};
    plan.argv = {"/usr/bin/node", top + "/packages/server/dist/index.js"};
    show_command(plan,
                 "/usr/bin",
                 directory.path() + "/home",
                 NamedPaths{true, top + "/packages/server"});
    BOOST_TEST(contains(plan.readable, top + "/packages/server"));
    BOOST_TEST(!contains(plan.readable, top + "/node_modules"));
    // Nor does an index show anything.
    plan = {};
    plan.argv = {"/usr/bin/node", top + "/packages/server/dist/index.js"};
    show_command(plan, "/usr/bin", directory.path() + "/home", NamedPaths{false, ""});
    BOOST_TEST(!contains(plan.readable, top + "/packages/server"));
}

BOOST_AUTO_TEST_CASE(arguments_are_not_shown_where_a_stranger_wrote_them) {
    const TemporaryDirectory directory = TemporaryDirectory::make().value();
    const std::string script = directory.path() + "/a/server.js";
    std::filesystem::create_directories(directory.path() + "/a");
    std::ofstream(script) << "";
    SandboxPlan plan;
    plan.argv = {"/usr/bin/node", script, "--x=" + script};
    show_command(plan, "/usr/bin", "/home/me", NamedPaths{false, ""});
    BOOST_TEST(!contains(plan.readable, directory.path() + "/a"));
    BOOST_TEST(!contains(plan.readable, script));
    show_command(plan, "/usr/bin", "/home/me");
    BOOST_TEST(contains(plan.readable, directory.path() + "/a"));
    BOOST_TEST(contains(plan.readable, script));
}

BOOST_AUTO_TEST_CASE(a_folders_configuration_shows_nothing_outside_of_the_folder) {
    const TemporaryDirectory directory = TemporaryDirectory::make().value();
    const std::string top = directory.path();
    std::filesystem::create_directories(top + "/project/src");
    std::filesystem::create_directories(top + "/keys");
    std::ofstream(top + "/project/server.js") << "";
    std::ofstream(top + "/keys/id_rsa") << "";
    std::filesystem::create_symlink(top + "/keys", top + "/project/link");
    SandboxPlan plan;
    plan.argv = {"/usr/bin/node",
                 top + "/project/server.js",
                 top + "/keys/id_rsa",
                 "--k=" + top + "/keys",
                 top + "/project/link/id_rsa",
                 top + "/project/../keys",
                 top + "/project/src"};
    show_command(plan, "/usr/bin", "/home/me", NamedPaths{true, top + "/project"});
    BOOST_TEST(contains(plan.readable, top + "/project"));
    BOOST_TEST(contains(plan.readable, top + "/project/src"));
    for (const std::string& shown : plan.readable) {
        BOOST_TEST(shown.find("keys") == std::string::npos, shown);
        BOOST_TEST(shown.find("link") == std::string::npos, shown);
    }
    BOOST_TEST(lies_in(top + "/project", top + "/project"));
    BOOST_TEST(!lies_in(top + "/projects", top + "/project"));
}

BOOST_AUTO_TEST_CASE(what_is_hidden_and_masked_is_covered_last) {
    SandboxPlan plan;
    plan.argv = {"/usr/bin/true"};
    plan.readable = {"/data"};
    plan.hidden = {"/data/agent.sock"};
    BOOST_TEST(has(plan, "--ro-bind /dev/null /data/agent.sock --remount-ro / --"));
    HostLayout host = kHost;
    host.masked_files = {"/proc/keys"};
    host.masked_directories = {"/proc/acpi"};
    const std::string words = joined(bubblewrap_argv("/usr/bin/bwrap", host, plan));
    BOOST_TEST(words.find(" --ro-bind /dev/null /proc/keys --tmpfs /proc/acpi --remount-ro "
                          "/proc/acpi --remount-ro /proc ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(packages_of_a_users_own_python_show_no_more_than_their_directory) {
    const TemporaryDirectory directory = TemporaryDirectory::make().value();
    const std::string local = directory.path() + "/.local";
    std::filesystem::create_directories(local + "/bin");
    std::filesystem::create_directories(local + "/lib/python3.11");
    std::ofstream(local + "/bin/tool") << "";
    SandboxPlan plan;
    plan.argv = {local + "/bin/tool"};
    show_command(plan, "/usr/bin", directory.path() + "/home");
    BOOST_TEST(!contains(plan.readable, local));
    BOOST_TEST(contains(plan.readable, local + "/bin"));
    const std::string own = directory.path() + "/python";
    std::filesystem::create_directories(own + "/bin");
    std::filesystem::create_directories(own + "/lib/python3.11");
    std::ofstream(own + "/bin/tool") << "";
    plan = {};
    plan.argv = {own + "/bin/tool"};
    show_command(plan, "/usr/bin", directory.path() + "/home");
    BOOST_TEST(contains(plan.readable, own));
}

BOOST_AUTO_TEST_CASE(the_home_directory_as_working_directory_is_empty) {
    const TemporaryDirectory directory = TemporaryDirectory::make().value();
    SandboxPlan plan;
    plan.argv = {"/usr/bin/true"};
    plan.working_directory = directory.path();
    show_command(plan, "/usr/bin", directory.path());
    BOOST_TEST(has(plan, "--dir " + directory.path()));
    BOOST_TEST(has(plan, "--chdir " + directory.path()));
    BOOST_TEST(!has(plan, "--ro-bind " + directory.path() + " " + directory.path()));
}

BOOST_AUTO_TEST_CASE(a_link_to_the_home_directory_does_not_show_it) {
    const TemporaryDirectory directory = TemporaryDirectory::make().value();
    const std::string home = directory.path() + "/home";
    std::filesystem::create_directories(home);
    std::filesystem::create_directory_symlink(home, directory.path() + "/link");
    SandboxPlan plan;
    plan.argv = {"/usr/bin/true", directory.path() + "/link"};
    show_command(plan, "/usr/bin", home);
    BOOST_TEST(!contains(plan.readable, directory.path() + "/link"));
}

BOOST_AUTO_TEST_CASE(the_environment_says_nothing_of_the_caller_unless_configured) {
    const auto environment = sandbox_environment(
        {{"HOME", "/home/alice"}, {"USER", "bob"}, {"PATH", "/bin"}}, {{"USER", "bob"}});
    BOOST_TEST(environment.at("HOME") == "/home/mcprisk");
    BOOST_TEST(environment.at("USER") == "bob");
    BOOST_TEST(environment.at("PATH") == "/bin");
}

BOOST_AUTO_TEST_SUITE_END()

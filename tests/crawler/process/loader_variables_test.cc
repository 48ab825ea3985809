#include "crawler/process/loader_variables.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace mcprisk::crawler;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(loader_variables)

BOOST_DATA_TEST_CASE(what_decides_which_code_runs,
                     data::make({"LD_PRELOAD",
                                 "LD_LIBRARY_PATH",
                                 "LD_AUDIT",
                                 "LD_DEBUG_OUTPUT",
                                 "DYLD_INSERT_LIBRARIES",
                                 "GLIBC_TUNABLES",
                                 "GCONV_PATH",
                                 "PATH",
                                 "BASH_ENV",
                                 "BASH_FUNC_x%%",
                                 "NODE_OPTIONS",
                                 "node_options",
                                 "NODE_PATH",
                                 "PYTHONSTARTUP",
                                 "PYTHONPATH",
                                 "PYTHONWARNINGS",
                                 "PERL5LIB",
                                 "PERL5OPT",
                                 "RUBYOPT",
                                 "JAVA_TOOL_OPTIONS",
                                 "npm_config_node_options",
                                 "NPM_CONFIG_SCRIPT_SHELL",
                                 "GIT_SSH_COMMAND",
                                 "GIT_CONFIG_COUNT",
                                 "OPENSSL_CONF"}),
                     name) {
    BOOST_TEST(changes_what_runs(name));
    BOOST_TEST(directs_container_client(name));
}

BOOST_DATA_TEST_CASE(what_a_server_reads_for_itself,
                     data::make({"API_KEY",
                                 "GITHUB_PERSONAL_ACCESS_TOKEN",
                                 "LOG_LEVEL",
                                 "NODE_ENV",
                                 "ENV",
                                 "BROWSER",
                                 "PYTHONUNBUFFERED",
                                 "PYTHONIOENCODING",
                                 "LDAP_URL",
                                 "DATABASE_PATH",
                                 "GITLAB_URL",
                                 ""}),
                     name) {
    BOOST_TEST(!changes_what_runs(name));
    BOOST_TEST(!directs_container_client(name));
}

BOOST_DATA_TEST_CASE(what_directs_a_container_engines_client,
                     data::make({"DOCKER_HOST",
                                 "DOCKER_CONFIG",
                                 "DOCKER_CONTEXT",
                                 "CONTAINER_HOST",
                                 "CONTAINERS_CONF",
                                 "XDG_RUNTIME_DIR",
                                 "HOME",
                                 "SSH_AUTH_SOCK"}),
                     name) {
    BOOST_TEST(directs_container_client(name));
    BOOST_TEST(!changes_what_runs(name));
}

BOOST_AUTO_TEST_SUITE_END()

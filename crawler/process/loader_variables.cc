#include "crawler/process/loader_variables.h"

#include <algorithm>
#include <array>
#include <string>

#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& list) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

template <std::size_t N>
bool begins_like(std::string_view name, const std::array<std::string_view, N>& list) {
    return std::any_of(list.begin(), list.end(), [&](std::string_view start) {
        return name.starts_with(start);
    });
}

}  // namespace

bool changes_what_runs(std::string_view variable) {
    // Upper case, since npm and Windows read some of them in any case.
    std::string name(variable);
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    constexpr std::array<std::string_view, 12> kFamilies{"LD_",
                                                         "DYLD_",
                                                         "GLIBC_TUNABLES",
                                                         "BASH_FUNC_",
                                                         "NPM_CONFIG_",
                                                         "CORECLR_",
                                                         "COR_",
                                                         "DOTNET_STARTUP",
                                                         "GIT_CONFIG",
                                                         "PIP_",
                                                         "UV_",
                                                         "PIPX_"};
    constexpr std::array<std::string_view, 35> kNames{
        // the system
        "PATH",
        "GCONV_PATH",
        "LOCPATH",
        "NLSPATH",
        "RESOLV_HOST_CONF",
        "HOSTALIASES",
        // shells
        "BASH_ENV",
        "SHELLOPTS",
        "BASHOPTS",
        "PS4",
        "PROMPT_COMMAND",
        "ZDOTDIR",
        // programs that start others
        "GIT_SSH",
        "GIT_SSH_COMMAND",
        "GIT_EXEC_PATH",
        "GIT_ASKPASS",
        "SSH_ASKPASS",
        // runtimes
        "NODE_OPTIONS",
        "NODE_PATH",
        "PYTHONSTARTUP",
        "PYTHONPATH",
        "PYTHONHOME",
        "PYTHONUSERBASE",
        "PYTHONEXECUTABLE",
        "PYTHONBREAKPOINT",
        "PYTHONWARNINGS",
        "RUBYOPT",
        "RUBYLIB",
        "PERL5OPT",
        "PERL5LIB",
        "JAVA_TOOL_OPTIONS",
        "_JAVA_OPTIONS",
        "JDK_JAVA_OPTIONS",
        "CLASSPATH",
        "LUA_INIT",
    };
    constexpr std::array<std::string_view, 6> kOthers{"PERL5DB",
                                                      "PHPRC",
                                                      "PHP_INI_SCAN_DIR",
                                                      "OPENSSL_CONF",
                                                      "OPENSSL_MODULES",
                                                      "BUN_OPTIONS"};
    return begins_like(name, kFamilies) || is_one_of(name, kNames) || is_one_of(name, kOthers);
}

bool directs_container_client(std::string_view variable) {
    constexpr std::array<std::string_view, 12> kFamilies{"DOCKER_",
                                                         "BUILDKIT_",
                                                         "BUILDX_",
                                                         "COMPOSE_",
                                                         "CONTAINER_",
                                                         "CONTAINERS_",
                                                         "CONTAINERD_",
                                                         "NERDCTL_",
                                                         "PODMAN_",
                                                         "REGISTRY_AUTH",
                                                         "STORAGE_",
                                                         "XDG_"};
    constexpr std::array<std::string_view, 3> kNames{"HOME", "TMPDIR", "SSH_AUTH_SOCK"};
    return changes_what_runs(variable) || begins_like(variable, kFamilies) ||
           is_one_of(variable, kNames);
}

}  // namespace mcprisk::crawler

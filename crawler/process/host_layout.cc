#include "crawler/process/host_layout.h"

#include <array>
#include <filesystem>
#include <system_error>

namespace mcprisk::crawler {

namespace fs = std::filesystem;

HostLayout read_host_layout() {
    constexpr std::array<const char*, 6> kTop{
        "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"};
    constexpr std::array<const char*, 19> kShown{"/usr",
                                                 "/nix/store",
                                                 "/gnu/store",
                                                 "/etc/alternatives",
                                                 "/etc/ca-certificates",
                                                 "/etc/fonts",
                                                 "/etc/host.conf",
                                                 "/etc/hosts",
                                                 "/etc/ld.so.cache",
                                                 "/etc/ld.so.conf",
                                                 "/etc/ld.so.conf.d",
                                                 "/etc/localtime",
                                                 "/etc/mime.types",
                                                 "/etc/nsswitch.conf",
                                                 "/etc/pki",
                                                 "/etc/protocols",
                                                 "/etc/services",
                                                 "/etc/ssl/certs",
                                                 "/etc/ssl/openssl.cnf"};
    HostLayout host;
    std::error_code error;
    for (const char* path : kTop) {
        if (fs::is_symlink(path, error)) {
            host.links.emplace_back(path, fs::read_symlink(path, error).string());
        } else if (fs::is_directory(path, error)) {
            host.paths.emplace_back(path);
        }
    }
    for (const char* path : kShown) {
        if (fs::exists(path, error)) host.paths.emplace_back(path);
    }
    // The whole machine's, and no part of a process. Writing is refused everywhere in /proc.
    constexpr std::array<const char*, 15> kMasked{"/proc/acpi",
                                                  "/proc/asound",
                                                  "/proc/bus",
                                                  "/proc/config.gz",
                                                  "/proc/driver",
                                                  "/proc/fs",
                                                  "/proc/irq",
                                                  "/proc/kallsyms",
                                                  "/proc/kcore",
                                                  "/proc/key-users",
                                                  "/proc/keys",
                                                  "/proc/kmsg",
                                                  "/proc/modules",
                                                  "/proc/scsi",
                                                  "/proc/sysrq-trigger"};
    for (const char* path : kMasked) {
        const fs::file_status status = fs::status(path, error);
        if (fs::is_directory(status)) {
            host.masked_directories.emplace_back(path);
        } else if (fs::exists(status)) {
            host.masked_files.emplace_back(path);
        }
    }
    return host;
}

}  // namespace mcprisk::crawler

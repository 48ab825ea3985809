// The folder that a site is written into: what is there already, what is ours, and writing so that
// a web server never sees half a page.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"
#include "site/page_parts.h"

namespace mcprisk::site {

// One unit of files that are made together: a server, or all overviews.
struct Unit {
    std::string fingerprint;  // of all that its files depend on
    std::vector<std::string> files;
};

// Did a complete run with this state write the folder, and none since?
bool is_up_to_date(const std::filesystem::path& directory, std::string_view state);

// Two files of ours stand in the folder: `.mcprisk-site`, what the last complete run wrote, and
// while one goes on `.mcprisk-site.part`, what it has written so far: a run that was killed is
// taken up there. put() and done() may be called from several threads.
class Folder {
  public:
    // Makes the folder. Refuses one that holds files and was not written by us, and one that
    // another run of ours is writing.
    static Result<Folder> open(const std::filesystem::path& directory, std::string_view state);
    Folder(Folder&&) noexcept;
    Folder& operator=(Folder&&) = delete;
    ~Folder();

    // `state` of the last complete run was the same: nothing needs to be done.
    [[nodiscard]] bool up_to_date() const { return up_to_date_; }
    // nullptr unless the last run, or the one that was killed, wrote this unit.
    [[nodiscard]] const Unit* before(std::string_view name) const;

    // Writes what differs. Throws std::runtime_error saying what the system says.
    void put(const SiteFile& file);
    // The unit is complete: its files are on the disk.
    void done(std::string_view name, std::string_view fingerprint, std::vector<std::string> files);

    // Paths that earlier runs wrote and this one did not, sorted. Call after all units are done.
    [[nodiscard]] std::vector<std::string> left_over() const;
    void remove(const std::string& path);
    // The run is complete.
    void finish();

    [[nodiscard]] std::size_t written() const { return written_; }
    [[nodiscard]] std::size_t same() const { return same_; }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    // Paths written or removed, sorted.
    [[nodiscard]] std::vector<std::string> changed() const;

  private:
    Folder() = default;
    void make_folders(const std::string& path);

    std::filesystem::path directory_;
    std::string state_;
    bool up_to_date_ = false;
    std::map<std::string, Unit, std::less<>> before_;
    std::map<std::string, Unit, std::less<>> now_;
    std::set<std::string> folders_;
    std::vector<std::string> changed_;
    mutable std::mutex mutex_;
    int part_ = -1;  // descriptor of .mcprisk-site.part, locked
    std::size_t written_ = 0;
    std::size_t same_ = 0;
    std::uint64_t bytes_ = 0;
};

}  // namespace mcprisk::site

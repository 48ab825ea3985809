// How fast `policy --all -o DIR` writes, beside what the file system does with the same bytes.
//
//     policy_write DB [FOLDER]
//
// DB is a catalogue that `mcprisk scan` filled; FOLDER (default: a new temporary one) is emptied
// afterwards. In one run: (1) everything is written into an empty folder, (2) again, when nothing
// changes, (3) the same files are written plainly, by open, write, close and rename, (4) the
// documents are made and written nowhere.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>
#include <vector>

#include "cli/app.h"
#include "cli/commands/lookup.h"
#include "policy/document/recommend.h"
#include "store/catalogue.h"

namespace {

using namespace mcprisk;
namespace fs = std::filesystem;

double seconds(const std::function<void()>& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

struct File {
    fs::path name;  // below the folder
    std::string text;
};

std::vector<File> read_all(const fs::path& folder) {
    std::vector<File> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream in(entry.path(), std::ios::binary);
        files.push_back(
            {fs::relative(entry.path(), folder), {std::istreambuf_iterator<char>(in), {}}});
    }
    return files;
}

bool write_plainly(const fs::path& folder, const std::vector<File>& files) {
    for (const File& file : files) {
        const fs::path path = folder / file.name;
        std::error_code error;
        fs::create_directories(path.parent_path(), error);
        const std::string part = path.string() + ".part";
        const int fd = open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        if (fd < 0) return false;
        const auto size = static_cast<ssize_t>(file.text.size());
        const bool written = write(fd, file.text.data(), file.text.size()) == size;
        close(fd);
        fs::rename(part, path, error);
        if (!written || error) return false;
    }
    return true;
}

void print(const char* what, std::size_t files, double time) {
    fmt::print(
        "{:<28} {:>8.2f} s  {:>10.0f} files/s\n", what, time, static_cast<double>(files) / time);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        fmt::print(stderr, "usage: policy_write DB [FOLDER]\n");
        return 2;
    }
    std::string pattern = (fs::temp_directory_path() / "policy-write-XXXXXX").string();
    const fs::path folder = argc > 2 ? fs::path(argv[2]) : fs::path(mkdtemp(pattern.data()));
    const std::string db = fs::absolute(argv[1]);
    const auto policy_all = [&] {
        std::istringstream in;
        std::ostringstream out;
        cli::Environment environment{in, out, out};
        environment.directory = folder;
        environment.variable = [](std::string_view) { return std::optional<std::string>(); };
        environment.now = [] { return std::int64_t{1795234567}; };
        const std::vector<std::string> words{"--db", db, "policy", "--all", "-o", "first"};
        if (cli::run(words, environment) != 0) {
            fmt::print(stderr, "{}", out.str());
            std::exit(1);
        }
    };
    const double fresh = seconds(policy_all);
    const double again = seconds(policy_all);
    const auto files = read_all(folder / "first");
    std::size_t bytes = 0;
    for (const File& file : files) bytes += file.text.size();
    bool sound = true;
    const double plain = seconds([&] { sound = write_plainly(folder / "second", files); });
    std::size_t made = 0;
    const double only_made = seconds([&] {
        const auto catalogue = store::Catalogue::open(db, store::OpenMode::read_only);
        if (!catalogue) return;
        for (const auto& server : catalogue->servers()) {
            const auto rows = catalogue->tools_of(server.id);
            if (rows.empty()) continue;
            made += policy::recommend(server.id, engine::judged(rows), {.ceiling = true})
                        .policy_json.size();
        }
    });
    fmt::print("{} files, {:.1f} MB\n", files.size(), static_cast<double>(bytes) / 1e6);
    print("policy --all, empty folder", files.size(), fresh);
    print("policy --all, unchanged", files.size(), again);
    print("plain writes, same bytes", files.size(), plain);
    print("made and not written", files.size(), only_made);
    fs::remove_all(folder / "first");
    fs::remove_all(folder / "second");
    if (argc <= 2) fs::remove(folder);
    return sound && made > 0 ? 0 : 1;
}

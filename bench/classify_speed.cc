// How fast server documents become verdicts, beside the floor that the JSON parser sets, and how
// much memory the whole program takes for a file and for ten times the file.
//
//     classify_speed [FILE.jsonl] [ROUNDS]
//
// FILE: server documents as JSON Lines; default: servers-dev.jsonl in $MCPRISK_CORPUS or in
// ../shared/corpus beside the source tree. All figures are processor time of one thread, the best
// of ROUNDS (default 7): what else runs on the machine disturbs them least.
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "classifier/classifier.h"
#include "crawler/config/document_stream.h"
#include "data/data.h"
#include "model/base/json_tree.h"
#include "model/read_document.h"
#include "model/verdict_line.h"

namespace {

using namespace mcprisk;
namespace fs = std::filesystem;

struct Input {
    fs::path path;
    std::string text;
    std::vector<std::string_view> lines;
    std::size_t tools = 0;
};

double processor_seconds() {
    std::timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

fs::path default_file() {
    const char* corpus = std::getenv("MCPRISK_CORPUS");
    const fs::path folder =
        corpus != nullptr ? fs::path(corpus) : fs::path(MCPRISK_SOURCE_DIR "/../shared/corpus");
    return folder / "servers-dev.jsonl";
}

Input read_input(const fs::path& path) {
    Input input;
    input.path = path;
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    input.text = text.str();
    const std::string_view all = input.text;
    for (std::size_t at = 0; at < all.size();) {
        const std::size_t end = std::min(all.find('\n', at), all.size());
        if (end > at) input.lines.push_back(all.substr(at, end - at));
        at = end + 1;
    }
    DocumentParser parser;
    for (const std::string_view line : input.lines) {
        if (const auto document = parser.read(line)) input.tools += document->tools.size();
    }
    return input;
}

double best_of(int rounds, const std::function<double()>& measure) {
    double best = measure();
    for (int i = 1; i < rounds; ++i) best = std::min(best, measure());
    return best;
}

double timed(const std::function<void()>& work) {
    const double begin = processor_seconds();
    work();
    return processor_seconds() - begin;
}

void print(const Input& input, std::string_view what, double seconds, double floor) {
    const auto tools = static_cast<double>(input.tools);
    const auto bytes = static_cast<double>(input.text.size());
    fmt::print("{:<44} {:>7.1f} ms {:>11.0f} tools/s {:>8.1f} MB/s {:>7.1f}x\n",
               what,
               seconds * 1e3,
               tools / seconds,
               bytes / seconds * 1e-6,
               seconds / floor);
}

struct Run {
    double seconds = 0;
    long kilobytes = 0;  // peak resident memory
    bool good = false;
};

// `mcprisk classify FILE > /dev/null` as a process of its own.
Run run_program(const fs::path& file) {
    const std::string program = MCPRISK_PROGRAM;
    std::string words[] = {program, "classify", file.string()};
    char* arguments[] = {words[0].data(), words[1].data(), words[2].data(), nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child = 0;
    const int error = posix_spawn(&child, program.c_str(), &actions, nullptr, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    Run run;
    if (error != 0) return run;
    int status = 0;
    rusage usage{};
    if (wait4(child, &status, 0, &usage) != child) return run;
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    run.seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    run.kilobytes = usage.ru_maxrss;
    run.good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return run;
}

// The best time of several runs and the largest memory.
Run run_often(const fs::path& file, int rounds) {
    Run best = run_program(file);
    for (int i = 1; i < rounds; ++i) {
        const Run one = run_program(file);
        best.seconds = std::min(best.seconds, one.seconds);
        best.kilobytes = std::max(best.kilobytes, one.kilobytes);
        best.good = best.good && one.good;
    }
    return best;
}

class TemporaryFile {
  public:
    TemporaryFile(std::string_view text, int times)
        : path_(fs::temp_directory_path() / fmt::format("classify_speed.{}.jsonl", getpid())) {
        std::ofstream out(path_, std::ios::binary);
        for (int i = 0; i < times; ++i) {
            out << text;
            if (!text.ends_with('\n')) out << '\n';
        }
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() {
        std::error_code error;
        fs::remove(path_, error);
    }
    [[nodiscard]] const fs::path& path() const { return path_; }

  private:
    fs::path path_;
};

int measure(const Input& input, int rounds) {
    fmt::print("{}: {} documents, {} tools, {:.1f} MB, best of {}\n",
               input.path.filename().string(),
               input.lines.size(),
               input.tools,
               static_cast<double>(input.text.size()) * 1e-6,
               rounds);
    JsonTree tree;
    const double floor = best_of(rounds, [&] {
        return timed([&] {
            for (const std::string_view line : input.lines) tree.parse(line, JsonLimits{}.depth);
        });
    });
    print(input, "floor: parsing alone", floor, floor);

    DocumentParser parser;
    const double reading = best_of(rounds, [&] {
        return timed([&] {
            for (const std::string_view line : input.lines) parser.read(line);
        });
    });
    print(input, "parsing, definitions read and hashed", reading, floor);

    Diagnostics faults;
    const auto build = [&] {
        return classifier::Classifier::build(embedded::rules(),
                                             embedded::attacks(),
                                             faults,
                                             embedded::weights(),
                                             classifier::RuleExamples::trusted);
    };
    const auto classifier = build();
    if (!classifier) {
        fmt::print(stderr, "classify_speed: {}\n", classifier.error().message);
        return 3;
    }
    std::string out;
    const double inside = best_of(rounds, [&] {
        std::istringstream in(input.text);
        return timed([&] {
            Diagnostics diagnostics;
            crawler::StreamOptions options;
            options.limits.bytes = std::size_t{64} << 20;
            const auto take = [&](crawler::StreamedDocument& one) {
                out.clear();
                for (const Verdict& verdict : classifier->classify(one.document)) {
                    append_verdict_line(verdict, out);
                }
                return true;
            };
            const auto counts = crawler::read_documents(in, options, diagnostics, take);
            if (!counts) fmt::print(stderr, "classify_speed: {}\n", counts.error().message);
        });
    });
    print(input, "documents to verdicts, rules loaded", inside, floor);
    const double loading = best_of(rounds, [&] { return timed([&] { (void)build(); }); });
    fmt::print("{:<44} {:>7.1f} ms\n", "loading the rules", loading * 1e3);

    const TemporaryFile tenfold(input.text, 10);
    const Run once = run_often(input.path, rounds);
    const Run ten = run_often(tenfold.path(), 1);
    if (!once.good || !ten.good) {
        fmt::print(stderr, "classify_speed: {} classify failed\n", MCPRISK_PROGRAM);
        return 3;
    }
    print(input, "whole process, start to end", once.seconds, floor);
    print(input, "whole process, a tenth of ten times the file", ten.seconds / 10, floor);
    fmt::print("peak resident memory: {:.1f} MB, of ten times the file {:.1f} MB\n",
               static_cast<double>(once.kilobytes) / 1024,
               static_cast<double>(ten.kilobytes) / 1024);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const fs::path file = argc > 1 ? fs::path(argv[1]) : default_file();
    const int rounds = argc > 2 ? std::max(1, std::atoi(argv[2])) : 7;
    if (!fs::exists(file)) {
        fmt::print(stderr,
                   "classify_speed: there is no {}; name a file of server documents, or set "
                   "MCPRISK_CORPUS\n",
                   file.string());
        return 2;
    }
    const Input input = read_input(file);
    if (input.tools == 0) {
        fmt::print(stderr, "classify_speed: no server documents in {}\n", file.string());
        return 3;
    }
    return measure(input, rounds);
}

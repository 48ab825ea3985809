// Makes the tables of the lexicon from its data files, as one C++ source. Runs while the program is
// built: compile_lexicon OUT.cc ROOT FILE…, FILE below ROOT (data/rules). What a file holds is told
// by its folder:
//   effects/*.tsv           verb, effect, verb that undoes it or -, sureness, nouns of the act
//   effects/irregular.tsv   verb, third person, gerund, past forms
//   objects/*.tsv           phrase, privacy, power, weight, persistence, audience, sureness
//   subjects/*.tsv          phrase, subject
//   subjects/objects.tsv    subject, phrase, then as objects/: what it stands for there
//   modifiers/*.tsv         word, modifier
//   languages/XX/effects.tsv  English verb, base, third, past, noun forms
//   languages/XX/objects.tsv  English phrase, words
//   languages/XX/modifiers.tsv, languages/XX/subjects.tsv  English key, words
// Columns are parted by tabs, several forms in one by "|"; lines that begin with # are comments.
#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/lexicon/inflect.h"
#include "model/lexicon/layout.h"

namespace {

using namespace mcprisk::lexicon;

struct Row {
    std::string file;
    std::size_t line = 0;
    std::vector<std::string> cells;
};

struct Making {
    Entry entry;
    std::string lemma;
    std::string undo;
    bool own_effect = false;  // the key is the verb's base form itself
    bool own_object = false;
    bool english = false;
};

[[noreturn]] void refuse(const Row& row, const std::string& why) {
    std::cerr << row.file << ':' << row.line << ": " << why << '\n';
    std::exit(1);
}

std::vector<std::string> split(const std::string& text, char mark) {
    std::vector<std::string> out(1);
    for (const char c : text) {
        if (c == mark)
            out.emplace_back();
        else
            out.back() += c;
    }
    return out;
}

std::vector<Row> read(const std::string& file, std::size_t columns) {
    std::ifstream in(file, std::ios::binary);
    if (!in) refuse({file, 0, {}}, "cannot be read");
    std::vector<Row> rows;
    std::size_t number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        if (line.empty() || line[0] == '#') continue;
        rows.push_back({file, number, split(line, '\t')});
        if (rows.back().cells.size() > columns) refuse(rows.back(), "too many columns");
        rows.back().cells.resize(columns);
        if (rows.back().cells[0].empty()) refuse(rows.back(), "the first column is empty");
    }
    return rows;
}

std::string lower(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

// The value whose name is `word`.
template <typename T>
T named(const Row& row, const std::string& word) {
    for (unsigned i = 0; i < 64; ++i) {
        const std::string_view name = to_string(static_cast<T>(i));
        if (name.empty()) break;
        if (name == word) return static_cast<T>(i);
    }
    refuse(row, "unknown word: " + word);
}

std::uint8_t sureness(const Row& row, const std::string& word) {
    if (word != "1" && word != "2" && word != "3") refuse(row, "sureness is 1, 2 or 3");
    return static_cast<std::uint8_t>(word[0] - '0');
}

class Compiler {
  public:
    void effects(const std::string& file) {
        for (const Row& row : read(file, 5)) {
            const std::string verb = lower(row.cells[0]);
            if (row.cells[1] == "noun") {
                making_[verb].entry.starts_as_noun = true;
                continue;
            }
            Entry entry;
            entry.effect = named<Effect>(row, row.cells[1]);
            entry.sure = sureness(row, row.cells[3]);
            const std::string undo = row.cells[2] == "-" ? "" : row.cells[2];
            put(verb, entry, Form::base, verb, undo, true);
            const auto irregular = irregular_.find(verb.substr(0, verb.find(' ')));
            const std::string rest = verb.substr(std::min(verb.find(' '), verb.size()));
            if (irregular != irregular_.end()) {
                const auto& cells = irregular->second.cells;
                for (std::size_t i = 1; i < cells.size(); ++i) {
                    for (const std::string& form : split(cells[i], '|')) {
                        if (!form.empty()) {
                            put(form + rest, entry, static_cast<Form>(i), verb, undo, false);
                        }
                    }
                }
            } else {
                put(third_person(verb), entry, Form::third, verb, undo, false);
                for (const auto& form : gerunds(verb))
                    put(form, entry, Form::gerund, verb, undo, false);
                for (const auto& form : pasts(verb))
                    put(form, entry, Form::past, verb, undo, false);
            }
            if (row.cells[4].empty()) continue;
            for (const std::string& noun : split(row.cells[4], '|')) {
                put(noun, entry, Form::noun, verb, undo, false);
            }
        }
    }

    void irregular(const std::string& file) {
        for (const Row& row : read(file, 4)) irregular_.emplace(row.cells[0], row);
    }

    void objects(const std::string& file) {
        for (const Row& row : read(file, 7)) {
            const Attributes a = attributes(row);
            const std::string phrase = lower(row.cells[0]);
            Making& one = making_[phrase];
            if (one.own_object) refuse(row, "listed twice: " + phrase);
            set_object(one, phrase, pack(a), sureness(row, row.cells[6]), true);
            Making& many = making_[plural(phrase)];
            if (many.entry.attributes == 0) {
                set_object(many, phrase, pack(a), one.entry.attributes_sure, false);
            }
        }
    }

    // Under the key "@subject phrase".
    void subject_objects(const std::string& file) {
        for (Row& row : read(file, 8)) {
            const auto subject = named<Subject>(row, row.cells[0]);
            const std::string key =
                "@" + std::string(to_string(subject)) + " " + lower(row.cells[1]);
            row.cells.erase(row.cells.begin());
            Making& one = making_[key];
            if (one.own_object) refuse(row, "listed twice: " + key);
            set_object(one, key, pack(attributes(row)), sureness(row, row.cells[6]), true);
        }
    }

    void subjects(const std::string& file) {
        for (const Row& row : read(file, 2)) {
            making_[lower(row.cells[0])].entry.subject = named<Subject>(row, row.cells[1]);
        }
    }

    void modifiers(const std::string& file) {
        for (const Row& row : read(file, 2)) {
            making_[lower(row.cells[0])].entry.modifier = named<Modifier>(row, row.cells[1]);
        }
    }

    // What the other languages find is English, and stays so: "mail" in German is English too.
    void english_is_read() {
        for (auto& [key, one] : making_) one.english = true;
    }

    void language_effects(const std::string& file, std::uint8_t language) {
        for (const Row& row : read(file, 5)) {
            const Making& english = english_of(row);
            if (english.entry.sure == 0) refuse(row, "no verb: " + row.cells[0]);
            const Entry entry = english.entry;
            const std::string undo = english.undo;
            static constexpr std::array kForms{Form::base, Form::third, Form::past, Form::noun};
            for (std::size_t i = 1; i < 5; ++i) {
                for (const std::string& form : split(row.cells[i], '|')) {
                    if (form.empty()) continue;
                    Making& one = making_[form];
                    if (one.english || one.entry.sure != 0) continue;  // the first one wins
                    one.entry.effect = entry.effect;
                    one.entry.sure = entry.sure;
                    one.entry.form = kForms[i - 1];
                    one.entry.language = language;
                    one.lemma = row.cells[0];
                    one.undo = undo;
                }
            }
        }
    }

    void language_words(const std::string& file, std::uint8_t language) {
        for (const Row& row : read(file, 2)) {
            const Making english = english_of(row);
            for (const std::string& form : split(row.cells[1], '|')) {
                if (form.empty()) continue;
                Making& one = making_[form];
                if (one.english) continue;
                one.entry.language = language;
                if (one.entry.attributes == 0 && english.entry.attributes != 0) {
                    set_object(one,
                               row.cells[0],
                               english.entry.attributes,
                               english.entry.attributes_sure,
                               false);
                }
                if (one.entry.modifier == Modifier::none) {
                    one.entry.modifier = english.entry.modifier;
                }
                if (one.entry.subject == Subject::none) one.entry.subject = english.entry.subject;
            }
        }
    }

    bool write(const std::string& file, const std::vector<std::string>& languages);

  private:
    // From the second column on.
    static Attributes attributes(const Row& row) {
        return {named<Privacy>(row, row.cells[1]),
                named<Power>(row, row.cells[2]),
                named<Weight>(row, row.cells[3]),
                named<Persistence>(row, row.cells[4]),
                named<Audience>(row, row.cells[5])};
    }

    const Making& english_of(const Row& row) {
        const auto found = making_.find(row.cells[0]);
        if (found == making_.end() || !found->second.english) {
            refuse(row, "not in the English tables: " + row.cells[0]);
        }
        return found->second;
    }

    static void set_object(Making& one,
                           const std::string& lemma,
                           std::uint16_t attributes,
                           std::uint8_t sure,
                           bool own) {
        one.entry.attributes = attributes;
        one.entry.attributes_sure = sure;
        one.own_object = own;
        if (one.lemma.empty()) one.lemma = lemma;
    }

    void put(const std::string& key,
             const Entry& from,
             Form form,
             const std::string& lemma,
             const std::string& undo,
             bool own) {
        Making& one = making_[key];
        if (one.own_effect || (one.entry.sure != 0 && !own)) return;
        one.entry.effect = from.effect;
        one.entry.sure = from.sure;
        one.entry.form = form;
        one.lemma = lemma;
        one.undo = undo;
        one.own_effect = own;
    }

    std::map<std::string, Making> making_;
    std::map<std::string, Row> irregular_;
};

bool Compiler::write(const std::string& file, const std::vector<std::string>& languages) {
    std::map<std::string, std::uint16_t> numbers;
    std::uint16_t next = 1;
    for (const auto& [key, one] : making_) {
        if (key.size() > 250 || making_.size() > 65000) return false;
        numbers[key] = next++;
    }
    const auto number = [&](const std::string& key) {
        const auto found = numbers.find(key);
        return found == numbers.end() ? std::uint16_t{0} : found->second;
    };
    std::uint32_t slots = 1;
    while (slots < 2 * (making_.size() + 1)) slots *= 2;
    std::vector<Slot> table(slots);
    std::string letters;
    std::size_t longest = 0;
    std::size_t longest_foreign = 0;
    std::ofstream out(file, std::ios::binary);
    out << "// Made by compile_lexicon from data/rules. Do not edit.\n"
           "#include \"model/lexicon/layout.h\"\n\nnamespace mcprisk::lexicon {\n\n"
           "const Entry kEntries[] = {\n{},\n";
    for (const auto& [key, one] : making_) {
        const std::uint16_t self = numbers[key];
        const std::uint32_t hash = hash_of(key);
        std::uint32_t place = hash & (slots - 1);
        while (table[place].entry != 0) place = (place + 1) & (slots - 1);
        table[place] = {hash, self};
        std::uint16_t lemma = number(one.lemma);
        if (lemma == 0) lemma = self;
        const Entry& e = one.entry;
        out << '{' << letters.size() << ',' << key.size() << ",Effect(" << unsigned(e.effect)
            << "),Form(" << unsigned(e.form) << ")," << unsigned(e.sure) << ',' << e.attributes
            << ',' << unsigned(e.attributes_sure) << ",Modifier(" << unsigned(e.modifier)
            << "),Subject(" << unsigned(e.subject) << ")," << unsigned(e.language) << ',' << lemma
            << ',' << number(one.undo) << ',' << (e.starts_as_noun ? "true" : "false") << "},\n";
        letters += key;
        longest = std::max(longest, key.size());
        if (static_cast<unsigned char>(key[0]) > 0x7f) {
            longest_foreign = std::max(longest_foreign, key.size());
        }
    }
    out << "};\n\nconst Slot kSlotTable[] = {\n";
    for (const Slot& slot : table) out << '{' << slot.hash << "U," << slot.entry << "},\n";
    out << "};\n\nconst char kLetters[] =\n";
    constexpr std::size_t kLine = 80;
    for (std::size_t i = 0; i < letters.size(); i += kLine) {
        out << '"';
        for (const char c : letters.substr(i, kLine)) {
            const auto byte = static_cast<unsigned char>(c);
            std::array<char, 8> octal{};
            if (byte < 0x20 || byte > 0x7e || c == '"' || c == '\\' || c == '?') {
                std::snprintf(octal.data(), octal.size(), "\\%03o", byte);
                out << octal.data();
            } else {
                out << c;
            }
        }
        out << "\"\n";
    }
    out << ";\n\nconst std::uint32_t kSlots = " << slots
        << ";\nconst std::uint32_t kEntryCount = " << making_.size() + 1
        << ";\nconst std::uint32_t kLongestKey = " << longest
        << ";\nconst std::uint32_t kLongestForeignKey = " << longest_foreign
        << ";\nconstinit const std::string_view kLanguages[] = {";
    for (const std::string& one : languages) out << '"' << one << "\",";
    out << "\"\"};\nconst std::uint32_t kLanguageCount = " << languages.size()
        << ";\n\n}  // namespace mcprisk::lexicon\n";
    return static_cast<bool>(out);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        std::cerr << "usage: compile_lexicon OUT.cc ROOT FILE...\n";
        return 2;
    }
    const std::string root = std::string(argv[2]) + "/";
    std::vector<std::string> files(argv + 3, argv + argc);
    std::sort(files.begin(), files.end());
    const auto is = [&](const std::string& file, const std::string& prefix) {
        return file.starts_with(root + prefix);
    };
    const std::string irregular = root + "effects/irregular.tsv";
    std::vector<std::string> languages;
    for (const std::string& file : files) {
        if (!is(file, "languages/")) continue;
        const std::string code = split(file.substr(root.size()), '/')[1];
        if (languages.empty() || languages.back() != code) languages.push_back(code);
    }
    Compiler compiler;
    for (const auto& file : files) {
        if (file == irregular) compiler.irregular(file);
    }
    for (const auto& file : files) {
        if (is(file, "effects/") && file != irregular) compiler.effects(file);
        if (is(file, "objects/")) compiler.objects(file);
        if (is(file, "subjects/")) {
            if (file.ends_with("/objects.tsv"))
                compiler.subject_objects(file);
            else
                compiler.subjects(file);
        }
        if (is(file, "modifiers/")) compiler.modifiers(file);
    }
    compiler.english_is_read();
    for (std::size_t i = 0; i < languages.size(); ++i) {
        const auto code = static_cast<std::uint8_t>(i + 1);
        for (const auto& file : files) {
            if (!is(file, "languages/" + languages[i] + "/")) continue;
            if (file.ends_with("/effects.tsv"))
                compiler.language_effects(file, code);
            else
                compiler.language_words(file, code);
        }
    }
    if (!compiler.write(argv[1], languages)) {
        std::cerr << argv[1]
                  << ": cannot be written, or a key is too long, or there are too many\n";
        return 1;
    }
    return 0;
}

#include "classifier/word_gate.h"

#include <queue>

#include "model/text.h"

namespace mcprisk::classifier {
namespace {

struct Node {
    std::vector<std::int32_t> children;
    std::int32_t fail = 0;
    WordGate::Mask found;
};

}  // namespace

WordGate::WordGate() { build(); }

void WordGate::add(std::string_view word, std::size_t group) {
    if (!word.empty()) words_.emplace_back(word, group);
}

void WordGate::build() {
    class_of_.fill(0);
    classes_ = 1;
    for (const auto& [word, group] : words_) {
        for (const char c : word) {
            std::uint8_t& known = class_of_[static_cast<unsigned char>(c)];
            if (known == 0) known = static_cast<std::uint8_t>(classes_++);
        }
    }
    const auto class_of = [&](char c) { return class_of_[static_cast<unsigned char>(c)]; };
    std::vector<Node> nodes(1);
    nodes[0].children.assign(classes_, -1);
    for (const auto& [word, group] : words_) {
        std::size_t at = 0;
        for (const char c : word) {
            if (nodes[at].children[class_of(c)] < 0) {
                nodes[at].children[class_of(c)] = static_cast<std::int32_t>(nodes.size());
                nodes.emplace_back().children.assign(classes_, -1);
            }
            at = static_cast<std::size_t>(nodes[at].children[class_of(c)]);
        }
        nodes[at].found.set(group);
    }
    std::queue<std::size_t> open;
    const auto settle = [&](std::size_t parent, std::size_t c) {
        std::int32_t& child = nodes[parent].children[c];
        const auto fail = static_cast<std::size_t>(nodes[parent].fail);
        const std::int32_t other = parent == 0 ? 0 : nodes[fail].children[c];
        if (child < 0) {
            child = other;
            return;
        }
        Node& node = nodes[static_cast<std::size_t>(child)];
        node.fail = other;
        node.found |= nodes[static_cast<std::size_t>(other)].found;
        open.push(static_cast<std::size_t>(child));
    };
    for (std::size_t c = 0; c < classes_; ++c) settle(0, c);
    while (!open.empty()) {
        const std::size_t parent = open.front();
        open.pop();
        for (std::size_t c = 0; c < classes_; ++c) settle(parent, c);
    }
    // States that end a word come last, so that one comparison knows them.
    std::vector<std::uint32_t> row(nodes.size());
    std::uint32_t used = 0;
    const auto width = static_cast<std::uint32_t>(classes_);
    for (const bool ends : {false, true}) {
        if (ends) first_found_ = used * width;
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            if (nodes[i].found.any() == ends) row[i] = used++ * width;
        }
    }
    next_.assign(nodes.size() * classes_, 0);
    found_.assign(nodes.size() - first_found_ / width, {});
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        for (std::size_t c = 0; c < classes_; ++c) {
            next_[row[i] + c] = row[static_cast<std::size_t>(nodes[i].children[c])];
        }
        if (row[i] >= first_found_) found_[(row[i] - first_found_) / width] = nodes[i].found;
    }
    for (char upper = 'A'; upper <= 'Z'; ++upper) {
        class_of_[static_cast<unsigned char>(upper)] = class_of(lower_ascii(upper));
    }
}

WordGate::Mask WordGate::scan(std::string_view text) const {
    Mask found;
    std::uint32_t state = 0;
    bool blank = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (static_cast<unsigned char>(c) <= ' ' || c == '\\') {
            // In JSON a backslash and its letter are a line break or the like.
            constexpr std::string_view kEscapes = "ntr\"\\/";
            const bool escape = c == '\\' && i + 1 < text.size() &&
                                kEscapes.find(text[i + 1]) != std::string_view::npos;
            if (escape) ++i;
            if (blank) continue;
            blank = true;
            c = ' ';
        } else {
            blank = false;
        }
        state = next_[state + class_of_[static_cast<unsigned char>(c)]];
        if (state >= first_found_) found |= found_[(state - first_found_) / classes_];
    }
    return found;
}

}  // namespace mcprisk::classifier

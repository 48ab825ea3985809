#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>
#include <sstream>
#include <unordered_map>
#include <vector>

#include "crawler/config/config_tree.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxValues = 200000;  // aliases unfolded; a long text counts as several

struct TooLarge {
    std::string message;
};

std::size_t count_values(const json& value) {
    std::size_t n = 1;
    if (const auto* text = value.get_ptr<const json::string_t*>()) n += text->size() / 64;
    if (value.is_structured()) {
        for (const json& item : value) n += count_values(item);
    }
    return n;
}

json plain_scalar(const std::string& text) {
    if (text == "true" || text == "True" || text == "TRUE") return true;
    if (text == "false" || text == "False" || text == "FALSE") return false;
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL")
        return {};
    return text;
}

// Builds the value from the parser's events, so that limits hold before anything has grown.
class Builder : public YAML::EventHandler {
  public:
    Builder(LineIndex& lines, std::size_t depth) : lines_(lines), depth_(depth) {}

    json take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { put({}, mark, anchor); }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto found = anchors_.find(anchor);
        if (found == anchors_.end()) throw TooLarge{line_message("YAML alias to itself", mark)};
        count(found->second.values, mark);
        put(found->second.value, mark, 0);
    }

    void OnScalar(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t anchor,
                  const std::string& text) override {
        count(1, mark);
        put(tag == "?" ? plain_scalar(text) : json(text), mark, anchor);
    }

    void OnSequenceStart(const YAML::Mark& mark,
                         const std::string&,
                         YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(json::array(), mark, anchor);
    }
    void OnSequenceEnd() override { close(); }

    void OnMapStart(const YAML::Mark& mark,
                    const std::string&,
                    YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(json::object(), mark, anchor);
    }
    void OnMapEnd() override { close(); }

  private:
    struct Frame {
        json value;
        YAML::anchor_t anchor = 0;
        bool has_key = false;
        std::string key;
        std::size_t key_line = 0;
        std::size_t line = 0;
    };
    struct Anchored {
        json value;
        std::size_t values = 0;
    };

    static std::string line_message(std::string_view what, const YAML::Mark& mark) {
        return fmt::format("{} in line {}", what, mark.line + 1);
    }

    void count(std::size_t more, const YAML::Mark& mark) {
        values_ += more;
        if (values_ > kMaxValues) {
            throw TooLarge{
                line_message(fmt::format("YAML of more than {} values", kMaxValues), mark)};
        }
    }

    void open(json empty, const YAML::Mark& mark, YAML::anchor_t anchor) {
        count(1, mark);
        if (stack_.size() >= depth_) {
            throw TooLarge{
                line_message(fmt::format("YAML nested deeper than {} levels", depth_), mark)};
        }
        const auto line = static_cast<std::size_t>(mark.line + 1);
        if (!stack_.empty()) {
            const Frame& parent = stack_.back();
            const bool listed = parent.value.is_array();
            path_.push_back(listed ? std::to_string(parent.value.size()) : parent.key);
            if (empty.is_object() && path_.size() <= kIndexedDepth) {
                lines_.add(path_, listed ? line : parent.key_line);
            }
        }
        stack_.push_back({std::move(empty), anchor, false, {}, 0, line});
    }

    void close() {
        Frame frame = std::move(stack_.back());
        stack_.pop_back();
        if (!path_.empty() && !stack_.empty()) path_.pop_back();
        YAML::Mark mark;
        mark.line = static_cast<int>(frame.line) - 1;
        put(std::move(frame.value), mark, frame.anchor);
    }

    void put(json value, const YAML::Mark& mark, YAML::anchor_t anchor) {
        if (anchor != 0) anchors_[anchor] = {value, count_values(value)};
        if (stack_.empty()) {
            root_ = std::move(value);
            return;
        }
        Frame& frame = stack_.back();
        if (frame.value.is_array()) {
            frame.value.push_back(std::move(value));
        } else if (!frame.has_key) {
            frame.key = value.is_string() ? value.get<std::string>() : value.dump();
            frame.key_line = static_cast<std::size_t>(mark.line + 1);
            frame.has_key = true;
        } else {
            frame.has_key = false;
            if (frame.key == "<<" && value.is_object()) {
                for (auto& [key, member] : value.items()) frame.value.emplace(key, member);
            } else {
                frame.value[frame.key] = std::move(value);
            }
        }
    }

    LineIndex& lines_;
    std::size_t depth_;
    std::size_t values_ = 0;
    json root_;
    std::vector<Frame> stack_;
    std::vector<std::string> path_;
    std::unordered_map<YAML::anchor_t, Anchored> anchors_;
};

}  // namespace

Result<ConfigTree> read_yaml_tree(std::string_view text, const JsonLimits& limits) {
    ConfigTree tree;
    tree.format = ConfigFormat::yaml;
    std::istringstream in{std::string(text)};
    try {
        YAML::Parser parser(in);
        Builder builder(tree.lines, limits.depth);
        parser.HandleNextDocument(builder);
        tree.value = builder.take();
    } catch (const YAML::Exception& error) {
        // The parser's own words may quote what it stumbled over.
        return fail(ErrorCode::invalid_input,
                    fmt::format("not YAML: syntax error in line {}", error.mark.line + 1));
    } catch (const TooLarge& error) {
        return fail(ErrorCode::too_large, error.message);
    }
    return tree;
}

}  // namespace mcprisk::crawler

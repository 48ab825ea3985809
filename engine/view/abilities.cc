#include <algorithm>

#include "engine/view/server_view.h"

namespace mcprisk::engine {

const std::vector<Ability>& abilities() {
    // The first three make data theft possible together.
    static const std::vector<Ability> kAll{
        {"private",
         "read private data",
         "Private data",
         {"data.private_read",
          "data.secret_read",
          "data.bulk_read",
          "data.db_read",
          "fs.read",
          "mem.read"}},
        {"strangers",
         "take in strangers' text",
         "Strangers' text",
         {"data.untrusted_read", "net.fetch", "exec.browser"}},
        {"out",
         "send things out",
         "A way out",
         {"net.send", "msg.send", "msg.publish", "net.fetch", "exec.shell", "exec.code"}},
        {"money", "move money", "Money", {"money.move", "money.detail", "cost.paid"}},
        {"destroy",
         "destroy things",
         "Destroy",
         {"destroy.item", "destroy.bulk", "destroy.infra", "fs.delete"}},
        {"run",
         "run commands or code",
         "Run code",
         {"exec.shell",
          "exec.code",
          "exec.sql",
          "exec.proxy",
          "exec.agent",
          "exec.package",
          "exec.workflow",
          "exec.deploy"}},
        {"access", "change who may do what", "Access", {"id.write", "cfg.write"}},
        {"change",
         "change files and records",
         "Change",
         {"fs.write", "data.db_write", "vcs.write", "mem.write", "exec.device", "control.stop"}},
    };
    return kAll;
}

bool has_ability(const Verdict& verdict, const Ability& ability) {
    return std::any_of(ability.tags.begin(), ability.tags.end(), [&](std::string_view tag) {
        return std::find(verdict.capabilities.begin(), verdict.capabilities.end(), tag) !=
               verdict.capabilities.end();
    });
}

std::string abilities_in_words(const ServerView& view) {
    if (view.rows.empty()) return "No tool of it is known.";
    std::vector<std::string_view> words;
    for (const std::string_view id :
         {"money", "destroy", "run", "access", "private", "strangers", "out", "change"}) {
        for (const Ability& ability : abilities()) {
            if (ability.id != id) continue;
            const bool has = std::any_of(view.rows.begin(), view.rows.end(), [&](const auto& row) {
                return has_ability(row.verdict, ability);
            });
            if (has) words.push_back(ability.word);
        }
    }
    if (words.empty()) {
        return "By their definitions its tools touch nothing that needs a name of its own.";
    }
    std::string text = "By their definitions its tools could ";
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
        text += words[i];
    }
    return text + ".";
}

}  // namespace mcprisk::engine

#include "classifier/attacks/signs.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "classifier/attacks/phrases.h"

namespace mcprisk::classifier {
namespace {

using lexicon::Audience;
using lexicon::Effect;
using lexicon::Persistence;
using lexicon::Power;
using lexicon::Privacy;
using lexicon::Subject;
using lexicon::Weight;

constexpr std::array<std::string_view, 39> kTags{
    "agent.change",    "agent.run",     "browser.act",      "code.change",     "code.run",
    "cost.call",       "destroy.any",   "destroy.database", "destroy.files",   "destroy.mail",
    "destroy.network", "destroy.stack", "destroy.storage",  "grant.access",    "harvest.many",
    "memory.read",     "memory.write",  "money.any",        "money.detail",    "money.wallet",
    "package.add",     "read.chat",     "read.files",       "read.repository", "read.secret",
    "read.stranger",   "read.ticket",   "send.out",         "service.stop",    "settings.agent",
    "sql.read",        "sql.schema",    "sql.write",        "tool.any",        "url.ask",
    "url.read",        "workflow.run",  "write.files",      "write.records"};

bool is(Subject about, std::initializer_list<Subject> subjects) {
    return std::find(subjects.begin(), subjects.end(), about) != subjects.end();
}

bool text_parameter(const Parameter* one) {
    return one != nullptr && one->choices.empty() &&
           (one->type.empty() || one->type.find("string") != std::string::npos);
}

// Looks at one tool.
class Observer {
  public:
    Observer(const Tool& tool,
             const Verdict& verdict,
             Subject about,
             std::span<const Capability> capabilities)
        : tool_(tool),
          verdict_(verdict),
          about_(about),
          capabilities_(capabilities),
          phrases_(tool, about) {}

    Signs observe() {
        switch (verdict_.category) {
            case Category::read:
                observe_read();
                break;
            case Category::write:
                observe_write();
                break;
            case Category::execute:
                observe_execute();
                break;
            case Category::destructive:
                observe_destructive();
                break;
            case Category::financial:
                observe_financial();
                break;
        }
        observe_cost();
        observe_agents();
        std::sort(signs_.tags.begin(), signs_.tags.end());
        return std::move(signs_);
    }

  private:
    void add(std::string_view tag, std::string_view word) {
        const auto same = [&](const Capability& one) { return one.tag == tag; };
        if (std::any_of(signs_.tags.begin(), signs_.tags.end(), same)) return;
        signs_.tags.push_back({std::string(tag), fmt::format("\"{}\"", word)});
    }

    [[nodiscard]] bool has(std::string_view capability) const {
        return std::any_of(capabilities_.begin(), capabilities_.end(), [&](const Capability& one) {
            return one.tag == capability;
        });
    }

    [[nodiscard]] bool at_least(RiskLevel level) const {
        return verdict_.risk_without_claims >= level;
    }

    // The first object of the name or text that fits; its words, or "".
    template <typename Fits>
    std::string object(const Fits& fits) const {
        for (const NounPhrase& one : phrases_.objects()) {
            if (one.known && fits(one)) return fmt::format("{}", fmt::join(one.words, " "));
        }
        return {};
    }

    // A statement of the caller's that a database runs.
    void observe_query() {
        const Parameter* statement =
            phrases_.parameter({"sql", "query", "statement", "cypher", "sql_query", "sqlquery"});
        const std::string_view word = phrases_.anywhere(
            {"sql", "cypher", "select", "mysql", "postgres", "postgresql", "sqlite", "mssql"});
        const bool named =
            !phrases_.in_name({"query", "sql", "soql", "execute", "exec", "select", "cypher"})
                 .empty();
        const bool in_name =
            !phrases_.in_name({"sql", "soql", "cypher", "mysql", "postgres"}).empty();
        if (!named || (statement == nullptr && !tool_.parameters.empty() && !in_name)) return;
        // What explains, checks or lists queries runs none.
        if (!phrases_
                 .in_name({"explain",
                           "validate",
                           "saved",
                           "history",
                           "slow",
                           "plan",
                           "format",
                           "top",
                           "running",
                           "stats"})
                 .empty()) {
            return;
        }
        const std::string_view soql =
            phrases_.anywhere({"soql", "jql", "kql", "promql", "graphql"});
        const std::string_view whole = about_ == Subject::database && phrases_.objects().size() < 2
                                           ? phrases_.in_name({"query", "execute"})
                                           : std::string_view();
        const std::string_view asked = phrases_.in_name({"query", "sql", "queries"});
        const bool runs_it = verdict_.category == Category::execute && !asked.empty() &&
                             (phrases_.says("sql") || phrases_.says("database"));
        const std::string_view why = !word.empty()   ? word
                                     : !soql.empty() ? soql
                                     : runs_it       ? asked
                                                     : whole;
        if (why.empty()) {
            const std::string_view data =
                phrases_.in_name({"database", "data", "table", "records"});
            if (!data.empty()) add("harvest.many", data);
            return;
        }
        if (soql.empty() || !word.empty()) {
            add("sql.read", why);
            if (verdict_.category == Category::execute) add("sql.write", why);
        } else if (about_ == Subject::crm) {
            signs_.legs.strangers = why;
        }
        add("harvest.many", why);
        signs_.legs.private_data = why;
    }

    // What strangers can have written: mail, posts, comments, web pages, transcripts of calls.
    std::string_view strangers_word() const {
        const std::string_view always = phrases_.in_objects(
            {"comment",     "comments",  "review",     "reviews",    "webpage",    "webpages",
             "tweet",       "tweets",    "reddit",     "inbox",      "mailbox",    "feed",
             "mentions",    "replies",   "har",        "posts",      "newsletter", "transcript",
             "transcripts", "voicemail", "voicemails", "submissions"});
        if (!always.empty()) return always;
        const std::string_view message = phrases_.in_name({"email",
                                                           "emails",
                                                           "mail",
                                                           "mails",
                                                           "message",
                                                           "messages",
                                                           "conversation",
                                                           "conversations",
                                                           "thread",
                                                           "threads",
                                                           "mensagens"});
        if (!message.empty() && !is(about_, {Subject::memory, Subject::database})) return message;
        if (is(about_, {Subject::social, Subject::web, Subject::chat, Subject::mail})) {
            const std::string_view post = phrases_.in_name(
                {"post", "posts", "search", "page", "pages", "call", "calls", "content"});
            if (!post.empty()) return post;
        }
        if (is(about_, {Subject::payments, Subject::crm, Subject::people, Subject::site})) {
            const std::string_view filled = phrases_.in_name({"dispute",
                                                              "disputes",
                                                              "submission",
                                                              "submissions",
                                                              "response",
                                                              "responses",
                                                              "survey",
                                                              "feedback",
                                                              "application",
                                                              "applications"});
            if (!filled.empty()) return filled;
        }
        if (is(about_, {Subject::code, Subject::tracker, Subject::crm})) {
            return phrases_.in_name(
                {"issue", "issues", "ticket", "tickets", "pull", "discussion", "case", "cases"});
        }
        return {};
    }

    void observe_read() {
        if (verdict_.risk >= RiskLevel::high) {
            const std::string secret = object([](const NounPhrase& one) {
                return one.object.attributes.privacy == Privacy::secret;
            });
            add("read.secret", secret.empty() ? tool_.name : secret);
            if (!secret.empty()) signs_.legs.private_data = secret;
        }
        const bool about_secrets = !phrases_
                                        .in_name({"validate",
                                                  "verify",
                                                  "check",
                                                  "count",
                                                  "policy",
                                                  "policies",
                                                  "status",
                                                  "rotation",
                                                  "expiry",
                                                  "usage",
                                                  "metadata",
                                                  "info",
                                                  "price",
                                                  "balance",
                                                  "supply",
                                                  "holders",
                                                  "provider",
                                                  "providers"})
                                        .empty();
        for (std::size_t i = 0; i < std::min<std::size_t>(2, phrases_.objects().size()); ++i) {
            const NounPhrase& one = phrases_.objects()[i];
            if (about_secrets || !one.known) continue;
            if (one.object.attributes.privacy == Privacy::secret &&
                one.object.entry->attributes_sure == 3) {
                add("read.secret", one.words.back());
            }
        }
        observe_query();
        const Parameter* url = phrases_.parameter({"url", "urls", "uri", "link", "website"});
        const std::string_view fetched = phrases_.anywhere({"fetch",
                                                            "scrape",
                                                            "crawl",
                                                            "page",
                                                            "webpage",
                                                            "website",
                                                            "web",
                                                            "html",
                                                            "url",
                                                            "site",
                                                            "content",
                                                            "extract"});
        if (text_parameter(url) && !fetched.empty() && at_least(RiskLevel::medium)) {
            add("url.read", url->name);
            add("url.ask", url->name);
            signs_.legs.strangers = url->name;
        }
        const std::string_view strange = strangers_word();
        const bool only_names =
            !phrases_
                 .in_name({"count",    "stats",       "status",        "label",      "labels",
                           "folder",   "folders",     "template",      "templates",  "schema",
                           "settings", "metadata",    "rules",         "types",      "type",
                           "channel",  "channels",    "list_channels", "draft",      "drafts",
                           "delete",   "preferences", "attachment",    "attachments"})
                 .empty();
        const bool searched =
            !phrases_.in_name({"search", "serp", "browse", "crawl", "scrape"}).empty() &&
            !phrases_.anywhere({"web", "google", "bing", "internet", "news", "serp"}).empty();
        if (!strange.empty() && !only_names) {
            add("read.stranger", strange);
            signs_.legs.strangers = strange;
        } else if (searched) {
            add("read.stranger",
                phrases_.anywhere({"web", "google", "bing", "internet", "news", "serp"}));
        }
        observe_private(only_names);
        observe_sources();
        const Parameter* path = phrases_.parameter({"path", "file_path", "filepath", "paths"});
        const std::string_view reads = phrases_.in_name({"read", "cat", "view", "get", "open"});
        const std::string_view file = phrases_.in_name({"file", "files"});
        const bool any_file = is(about_, {Subject::files, Subject::shell}) ||
                              (at_least(RiskLevel::medium) &&
                               !is(about_, {Subject::code, Subject::tracker, Subject::media}));
        if (any_file && path != nullptr && !reads.empty() && !file.empty() && !only_names) {
            add("read.files", file);
        }
        if (about_ == Subject::browser &&
            !phrases_.in_name({"extract", "content", "text", "html", "markdown"}).empty()) {
            const std::string_view shown =
                phrases_.in_name({"extract", "content", "text", "html", "markdown"});
            add("browser.act", shown);
            add("read.stranger", shown);
        }
        const std::string_view vectors =
            phrases_.in_text({"embedding", "semantic", "vector", "chroma"});
        if (about_ == Subject::database && !vectors.empty() &&
            !phrases_.in_name({"query", "search"}).empty()) {
            add("memory.read", vectors);
        }
        if (is(about_, {Subject::memory}) &&
            !phrases_.in_name({"search", "read", "open", "query", "recall", "retrieve", "get"})
                 .empty()) {
            add("memory.read",
                phrases_.in_name({"search", "read", "open", "query", "recall", "retrieve", "get"}));
        }
    }

    // Where text of strangers and private data lie side by side.
    void observe_sources() {
        const std::string_view chat =
            phrases_.in_name({"message", "messages", "chat", "chats", "conversation", "dm"});
        if (!chat.empty() && about_ == Subject::chat) add("read.chat", chat);
        const std::string_view source =
            phrases_.in_name({"issue", "issues", "pull", "repository", "repo", "file", "commit"});
        if (!source.empty() && about_ == Subject::code) add("read.repository", source);
        const std::string_view ticket = phrases_.in_name({"ticket", "tickets", "case", "request"});
        if (!ticket.empty() && is(about_, {Subject::tracker, Subject::crm})) {
            add("read.ticket", ticket);
        }
    }

    void observe_private(bool only_names) {
        const bool place =
            is(about_, {Subject::mail, Subject::chat, Subject::crm, Subject::health});
        const auto& objects = phrases_.objects();
        const bool sure = !objects.empty() && objects.front().known &&
                          objects.front().object.attributes.privacy == Privacy::personal &&
                          objects.front().object.entry->attributes_sure == 3;
        if ((!at_least(RiskLevel::medium) && !place && !sure) || only_names) return;
        const std::string who = object([](const NounPhrase& one) {
            return one.object.attributes.privacy == Privacy::personal;
        });
        if (who.empty()) return;
        signs_.legs.private_data = who;
        const bool lists =
            !phrases_
                 .in_name({"list",
                           "search",
                           "export",
                           "dump",
                           "all",
                           "find",
                           "query",
                           "history",
                           "browse",
                           "fetch"})
                 .empty() ||
            !phrases_.in_text({"list", "lists", "all", "export", "search", "multiple"}).empty();
        const bool narrow = !phrases_
                                 .in_name({"member",
                                           "members",
                                           "assignable",
                                           "organizations",
                                           "my",
                                           "me",
                                           "self",
                                           "current",
                                           "sections",
                                           "disputes",
                                           "file",
                                           "files",
                                           "directory"})
                                 .empty();
        const auto many_of = [](const NounPhrase& one) {
            return one.plural && one.known && one.object.attributes.privacy == Privacy::personal;
        };
        // "get_contacts", but not "get_user" that speaks of users further on.
        const bool named_many = !objects.empty() && many_of(objects.front());
        const bool many =
            named_many || (lists && std::any_of(objects.begin(), objects.end(), many_of));
        if (many && !narrow) add("harvest.many", who);
    }

    void observe_write() {
        observe_proxy();
        const Parameter* path = phrases_.parameter(
            {"path", "file_path", "filepath", "filename", "file", "absolute_path", "destination"});
        const std::string_view file = phrases_.in_name({"file", "files"});
        const bool content =
            phrases_.parameter(
                {"content", "contents", "text", "data", "edits", "new_string", "body"}) != nullptr;
        const bool files_here = is(about_, {Subject::files, Subject::shell}) ||
                                (path != nullptr && content && at_least(RiskLevel::high));
        if (!file.empty() && files_here &&
            name_does({Effect::change, Effect::create, Effect::store, Effect::move})) {
            add("write.files", file);
        }
        if (!phrases_.in_name({"mcp", "config", "configuration", "settings", "rules"}).empty() &&
            !phrases_.anywhere({"mcp", "claude", "cursor", "vscode", "agent"}).empty()) {
            add("settings.agent",
                phrases_.in_name({"mcp", "config", "configuration", "settings", "rules"}));
        }
        if (is(about_, {Subject::memory}) || has("mem.write")) {
            const std::string_view kept = phrases_.anywhere({"memory",
                                                             "memories",
                                                             "entities",
                                                             "observations",
                                                             "knowledge",
                                                             "fact",
                                                             "facts",
                                                             "remember",
                                                             "relations"});
            if (!kept.empty()) add("memory.write", kept);
        }
        observe_access();
        observe_sending();
        const std::string_view agent =
            phrases_.in_name({"agent", "agents", "assistant", "assistants", "subagent"});
        if (!agent.empty()) add("agent.change", agent);
        if (has("vcs.write") && !phrases_.in_name({"push", "merge", "commit"}).empty()) {
            add("code.change", phrases_.in_name({"push", "merge", "commit"}));
        }
        const std::string detail = object([](const NounPhrase& one) {
            const std::string_view head = one.words.back();
            return head == "payee" || head == "beneficiary" || head == "recipient" ||
                   (one.object.entry != nullptr &&
                    lexicon::text_of(*one.object.entry) == "bank account");
        });
        if (!detail.empty() &&
            is(about_, {Subject::bank, Subject::payments, Subject::accounting})) {
            add("money.detail", detail);
        }
        if (about_ == Subject::database &&
            !phrases_.in_name({"index", "table", "column", "schema"}).empty() &&
            !phrases_
                 .anywhere(
                     {"sql", "mssql", "mysql", "postgres", "postgresql", "sqlite", "database"})
                 .empty()) {
            add("sql.schema", phrases_.in_name({"index", "table", "column", "schema"}));
        }
        observe_records();
    }

    [[nodiscard]] bool name_does(std::initializer_list<Effect> effects) const {
        return std::find(effects.begin(), effects.end(), phrases_.name_effect()) != effects.end();
    }

    void observe_access() {
        const std::string_view right = phrases_.in_name({"permission",
                                                         "permissions",
                                                         "role",
                                                         "roles",
                                                         "owner",
                                                         "ownership",
                                                         "collaborator",
                                                         "collaborators",
                                                         "acl",
                                                         "certificate",
                                                         "certificates",
                                                         "firewall",
                                                         "grant",
                                                         "revoke",
                                                         "admin",
                                                         "invite",
                                                         "share",
                                                         "sharing",
                                                         "access"});
        if (!right.empty() && at_least(RiskLevel::medium)) {
            add("grant.access", right);
            return;
        }
        if (!at_least(RiskLevel::high)) return;
        const std::string_view other = phrases_.in_name({"member",
                                                         "members",
                                                         "policy",
                                                         "policies",
                                                         "webhook",
                                                         "security",
                                                         "public",
                                                         "user",
                                                         "users",
                                                         "group",
                                                         "groups",
                                                         "visibility"});
        if (!other.empty()) {
            add("grant.access", other);
        } else if (!phrases_.objects().empty() && name_does({Effect::create, Effect::grant})) {
            const NounPhrase& first = phrases_.objects().front();
            if (first.known && first.object.attributes.power == Power::access) {
                add("grant.access", first.words.back());
            }
        }
    }

    void observe_sending() {
        const std::string_view verb = phrases_.in_name(
            {"send", "reply", "forward", "email", "broadcast", "notify", "dm", "call", "sms"});
        const std::string_view post =
            phrases_.in_name({"post", "tweet", "publish", "comment", "share", "issue", "answer"});
        const bool content = phrases_.parameter({"body",
                                                 "text",
                                                 "message",
                                                 "content",
                                                 "html",
                                                 "subject",
                                                 "comment",
                                                 "description",
                                                 "title",
                                                 "markdown",
                                                 "messages",
                                                 "prompt"}) != nullptr ||
                             tool_.parameters.empty();
        const bool draft = !phrases_.in_name({"draft", "schedule", "template"}).empty();
        if (!content || draft) return;
        if (!verb.empty() && at_least(RiskLevel::high)) {
            add("send.out", verb);
            signs_.legs.way_out = verb;
        } else if (!post.empty() &&
                   (at_least(RiskLevel::high) ||
                    is(about_,
                       {Subject::code, Subject::tracker, Subject::social, Subject::chat}))) {
            signs_.legs.way_out = post;
            if (at_least(RiskLevel::high)) add("send.out", post);
        } else if (!verb.empty() && is(about_, {Subject::chat, Subject::mail})) {
            signs_.legs.way_out = verb;
        }
        const Parameter* url = phrases_.parameter({"url", "webhook_url", "endpoint", "callback"});
        if (text_parameter(url) &&
            !phrases_.anywhere({"upload", "post", "webhook", "send"}).empty()) {
            signs_.legs.way_out = url->name;
        }
    }

    // One record of many that other people rely on, made or changed by a service.
    void observe_records() {
        if (!at_least(RiskLevel::medium)) return;
        const bool bulk =
            !phrases_.in_name({"bulk", "batch", "import", "mass", "multiple", "upsert", "all"})
                 .empty();
        const bool makes = name_does({Effect::create, Effect::change, Effect::store});
        if (bulk && (makes || phrases_.name_effect() == Effect::unclear)) {
            add("write.records",
                phrases_.in_name({"bulk", "batch", "import", "mass", "multiple", "upsert", "all"}));
            return;
        }
        // Places of one's own, and what is built or configured there, is no register.
        const bool elsewhere = is(about_,
                                  {Subject::memory,
                                   Subject::notes,
                                   Subject::files,
                                   Subject::shell,
                                   Subject::browser,
                                   Subject::media,
                                   Subject::tools,
                                   Subject::devices,
                                   Subject::cloud,
                                   Subject::cluster,
                                   Subject::games,
                                   Subject::security,
                                   Subject::wallet,
                                   Subject::code,
                                   Subject::pipeline});
        if (elsewhere || !makes || !signs_.tags.empty() || phrases_.objects().empty()) return;
        const NounPhrase& first = phrases_.objects().front();
        const bool entry = !phrases_
                                .in_name({"entry",
                                          "record",
                                          "records",
                                          "item",
                                          "card",
                                          "row",
                                          "task",
                                          "contact",
                                          "lead",
                                          "deal",
                                          "issue",
                                          "ticket",
                                          "incident",
                                          "customer",
                                          "product",
                                          "order"})
                                .empty();
        const bool comment = phrases_.name_effect() == Effect::create &&
                             !phrases_.in_name({"comment", "post", "reply"}).empty();
        const auto& a = first.object.attributes;
        const bool shared = first.known && (a.power == Power::none || a.power == Power::unknown) &&
                            a.persistence == Persistence::kept && a.weight == Weight::record &&
                            (a.audience == Audience::team || a.audience == Audience::outside ||
                             a.audience == Audience::everybody);
        if (entry || comment || shared) add("write.records", first.words.back());
    }

    void observe_execute() {
        const std::string_view code = phrases_.anywhere({"code",
                                                         "script",
                                                         "command",
                                                         "commands",
                                                         "shell",
                                                         "bash",
                                                         "python",
                                                         "javascript",
                                                         "process",
                                                         "terminal",
                                                         "eval",
                                                         "evaluate",
                                                         "powershell",
                                                         "ssh"});
        const Parameter* runs = phrases_.parameter(
            {"command", "code", "script", "cmd", "commands", "input", "function", "expression"});
        observe_query();
        const bool queries = !signs_.tags.empty();
        const bool named_so = !phrases_
                                   .in_name({"code",
                                             "script",
                                             "command",
                                             "commands",
                                             "shell",
                                             "bash",
                                             "python",
                                             "javascript",
                                             "terminal",
                                             "powershell",
                                             "ssh",
                                             "exec",
                                             "eval"})
                                   .empty();
        const bool arbitrary =
            at_least(RiskLevel::critical) || (named_so && at_least(RiskLevel::high));
        if (!queries && arbitrary && !code.empty() &&
            (runs != nullptr || tool_.parameters.empty() ||
             is(about_, {Subject::shell, Subject::browser}))) {
            add("code.run", code);
            signs_.legs.way_out = code;
            if (about_ == Subject::shell) signs_.legs.private_data = code;
        }
        observe_proxy();
        const std::string_view flow = phrases_.anywhere(
            {"workflow",   "workflows",  "pipeline", "pipelines",  "job",     "jobs",
             "build",      "builds",     "deploy",   "deployment", "deploys", "redeploy",
             "dag",        "automation", "scenario", "playbook",   "action",  "actor",
             "collection", "release",    "rerun",    "dispatch"});
        const bool session = !phrases_.in_name({"session", "sessions"}).empty();
        const bool crawls = !phrases_.anywhere({"crawl", "scrape"}).empty();
        const std::string_view stop = phrases_.in_name({"stop",
                                                        "restart",
                                                        "reboot",
                                                        "shutdown",
                                                        "kill",
                                                        "halt",
                                                        "drain",
                                                        "scale",
                                                        "disable",
                                                        "suspend",
                                                        "pause",
                                                        "terminate",
                                                        "cordon"});
        if (!stop.empty() &&
            !is(about_, {Subject::media, Subject::games, Subject::browser, Subject::devices}) &&
            at_least(RiskLevel::medium)) {
            add("service.stop", stop);
        } else if (!flow.empty() && at_least(RiskLevel::medium) && !crawls && !session &&
                   !is(about_, {Subject::browser, Subject::games, Subject::devices}) &&
                   signs_.tags.empty()) {
            add("workflow.run", flow);
        }
        const std::string_view gesture = phrases_.in_name({"click",
                                                           "type",
                                                           "fill",
                                                           "navigate",
                                                           "press",
                                                           "drag",
                                                           "select",
                                                           "goto",
                                                           "act",
                                                           "evaluate",
                                                           "upload",
                                                           "hover",
                                                           "tap",
                                                           "key",
                                                           "extract",
                                                           "browse",
                                                           "submit"});
        if (!gesture.empty() && at_least(RiskLevel::medium) && browsing()) {
            add("browser.act", gesture);
        }
        const std::string_view agent =
            phrases_.anywhere({"agent", "agents", "subagent", "assistant", "delegate"});
        if (!agent.empty() && signs_.tags.empty()) add("agent.run", agent);
        const Parameter* url = phrases_.parameter({"url", "uri", "urls", "endpoint"});
        if (text_parameter(url) && !browsing()) {
            const std::string_view fetched =
                phrases_.anywhere({"crawl", "scrape", "fetch", "request", "http", "extract"});
            if (!fetched.empty()) add("url.ask", url->name);
        }
        const std::string_view package =
            phrases_.in_name({"install", "add"}).empty()
                ? std::string_view()
                : phrases_.anywhere({"package", "packages", "extension", "plugin", "mcp"});
        if (!package.empty()) add("package.add", package);
        // What a definition leaves open is the danger itself.
        if (signs_.tags.empty() && verdict_.risk >= RiskLevel::critical) {
            add("code.run", tool_.name);
        } else if (signs_.tags.empty() && verdict_.risk == RiskLevel::high) {
            add("workflow.run", tool_.name);
        }
        if (!phrases_.anywhere({"terraform", "kubectl", "cloudformation", "pulumi"}).empty() &&
            at_least(RiskLevel::critical)) {
            add("destroy.stack",
                phrases_.anywhere({"terraform", "kubectl", "cloudformation", "pulumi"}));
        }
    }

    // Calls whatever it is told to: any tool, any operation, any method of an interface.
    void observe_proxy() {
        const std::string_view any = phrases_.in_name({"tool",
                                                       "tools",
                                                       "request",
                                                       "api",
                                                       "invoke",
                                                       "proxy",
                                                       "rpc",
                                                       "graphql",
                                                       "http",
                                                       "endpoint",
                                                       "raw",
                                                       "operation",
                                                       "actions",
                                                       "gateway",
                                                       "aws",
                                                       "az",
                                                       "gcloud",
                                                       "dynamic"});
        const Parameter* tool = phrases_.parameter({"tool_name",
                                                    "toolname",
                                                    "tool_slug",
                                                    "tools",
                                                    "action_name",
                                                    "operation_name",
                                                    "api_name",
                                                    "action_id",
                                                    "operation_id"});
        const Parameter* method = phrases_.parameter({"method", "http_method", "verb"});
        const Parameter* place = phrases_.parameter({"url", "path", "endpoint", "uri"});
        if (tool != nullptr && tool->choices.empty()) {
            add("tool.any", tool->name);
        } else if (method != nullptr && place != nullptr) {
            add("tool.any", method->name);
        } else if (!any.empty() && verdict_.category == Category::execute &&
                   at_least(RiskLevel::high)) {
            add("tool.any", any);
        } else {
            return;
        }
        signs_.legs.way_out = signs_.tags.back().because;
    }

    [[nodiscard]] bool browsing() const {
        return about_ == Subject::browser ||
               !phrases_.anywhere({"browser", "page", "webpage", "playwright", "puppeteer"})
                    .empty();
    }

    void observe_destructive() {
        add("destroy.any",
            phrases_.objects().empty() ? std::string_view(tool_.name)
                                       : phrases_.objects().front().words.back());
        const std::string_view database = phrases_.in_name(
            {"database", "databases", "db", "schema", "table", "tables", "keyspace"});
        if (!database.empty()) add("destroy.database", database);
        const std::string_view storage = phrases_.in_name(
            {"volume", "volumes", "backup", "backups", "snapshot", "snapshots", "disk", "disks"});
        if (!storage.empty()) add("destroy.storage", storage);
        const std::string_view instance = phrases_.in_name({"instance", "cluster"});
        if (!instance.empty() && about_ == Subject::database) {
            add("destroy.database", instance);
            add("destroy.storage", instance);
        }
        const std::string_view stack =
            phrases_.anywhere({"stack", "stacks", "terraform", "cloudformation", "infrastructure"});
        if (!stack.empty()) add("destroy.stack", stack);
        const std::string_view network = phrases_.in_name({"dns", "firewall", "zone", "route"});
        if (!network.empty()) add("destroy.network", network);
        const std::string_view file =
            phrases_.in_name({"file", "files", "directory", "folder", "path"});
        if (!file.empty() && is(about_, {Subject::files, Subject::shell})) {
            add("destroy.files", file);
        }
        const std::string_view mail =
            phrases_.in_name({"email", "emails", "mail", "mails", "inbox", "messages"});
        const bool many =
            !phrases_
                 .in_name({"bulk", "batch", "all", "empty", "trash", "emails", "mails", "inbox"})
                 .empty();
        if (!mail.empty() && many && is(about_, {Subject::mail, Subject::none})) {
            add("destroy.mail", mail);
        }
        const std::string_view flow =
            phrases_.in_name({"workflow", "workflows", "pipeline", "job", "jobs"});
        const bool umbrella = !phrases_.in_name({"manage", "operate"}).empty();
        if (!flow.empty() && umbrella) add("workflow.run", flow);
        observe_query();
    }

    void observe_financial() {
        add("money.any",
            phrases_.objects().empty() ? std::string_view(tool_.name)
                                       : phrases_.objects().front().words.back());
        const std::string_view coin = phrases_.anywhere({"sol",
                                                         "eth",
                                                         "token",
                                                         "tokens",
                                                         "liquidity",
                                                         "wallet",
                                                         "usdc",
                                                         "crypto",
                                                         "nft",
                                                         "solana",
                                                         "ethereum",
                                                         "bitcoin",
                                                         "btc",
                                                         "onchain",
                                                         "lightning"});
        const bool broker = !phrases_.in_name({"order", "orders", "position"}).empty();
        if (!broker && (!coin.empty() || about_ == Subject::wallet)) {
            add("money.wallet", coin.empty() ? std::string_view("wallet") : coin);
        }
    }

    // Another agent is set to work.
    void observe_agents() {
        if (verdict_.category == Category::destructive) return;
        const std::string_view agent =
            phrases_.in_name({"agent", "agents", "subagent", "subagents", "assistant"});
        const std::string_view acts = phrases_.in_name({"run",
                                                        "invoke",
                                                        "ask",
                                                        "chat",
                                                        "spawn",
                                                        "delegate",
                                                        "evaluate",
                                                        "execute",
                                                        "call",
                                                        "query",
                                                        "start",
                                                        "send",
                                                        "prompt"});
        if (agent.empty() || acts.empty()) return;
        add("agent.run", agent);
        add("cost.call", agent);
    }

    // A call that costs money or much time each time.
    void observe_cost() {
        if (has("cost.paid")) add("cost.call", tool_.name);
        const std::string_view paid = phrases_.anywhere({"credit", "credits", "billed", "charged"});
        const std::string_view heavy = phrases_.in_name({"crawl", "batch", "deep", "call"});
        if (!paid.empty() && verdict_.category != Category::financial &&
            verdict_.category != Category::destructive && is_cost_text(paid)) {
            add("cost.call", paid);
        } else if (heavy == "crawl") {
            add("cost.call", heavy);
        } else if (heavy == "deep" && !phrases_.in_name({"research"}).empty()) {
            add("cost.call", "research");
        } else if (heavy == "batch" && !phrases_.in_name({"search", "scrape", "crawl"}).empty()) {
            add("cost.call", heavy);
        } else if (heavy == "call" && name_does({Effect::create, Effect::run}) &&
                   !phrases_.in_name({"phone", "outbound", "voice"}).empty()) {
            add("cost.call", heavy);
        }
    }

    // "Costs 1 credit per call", not "the customer's credits".
    [[nodiscard]] bool is_cost_text(std::string_view word) const {
        return word == "billed" || word == "charged" ||
               !phrases_.anywhere({"cost", "costs", "consumes", "uses", "per", "price", "deducts"})
                    .empty();
    }

    const Tool& tool_;
    const Verdict& verdict_;
    Subject about_;
    std::span<const Capability> capabilities_;
    NounPhrases phrases_;
    Signs signs_;
};

}  // namespace

lexicon::Subject subject_of(const ServerDocument& document) {
    const auto of_name = lexicon::subject_of(document.server);
    const auto of_title = lexicon::subject_of(document.title);
    const auto of_text = lexicon::subject_of(document.description);
    if (of_title != Subject::none) return of_title;
    if (of_name != Subject::none) return of_name;
    return of_text;
}

std::span<const std::string_view> sign_tags() { return kTags; }

Signs signs_of(const Tool& tool,
               const Verdict& verdict,
               lexicon::Subject about,
               std::span<const Capability> capabilities) {
    return Observer(tool, verdict, about, capabilities).observe();
}

void confirm_legs(const Legs& legs, std::vector<Capability>& capabilities) {
    const auto confirm = [&](const std::string& word,
                             std::initializer_list<std::string_view> tags) {
        if (word.empty()) {
            std::erase_if(capabilities, [&](const Capability& one) {
                return std::find(tags.begin(), tags.end(), one.tag) != tags.end();
            });
            return;
        }
        const auto known = [&](const Capability& one) {
            return std::find(tags.begin(), tags.end(), one.tag) != tags.end();
        };
        if (std::none_of(capabilities.begin(), capabilities.end(), known)) {
            capabilities.push_back({std::string(*tags.begin()), fmt::format("\"{}\"", word)});
        }
    };
    confirm(legs.private_data, {"data.private_read"});
    confirm(legs.strangers, {"data.untrusted_read"});
    // What runs anything is a way out by its own tags.
    const bool runs = std::any_of(capabilities.begin(), capabilities.end(), [](const auto& one) {
        return one.tag.starts_with("exec.");
    });
    if (!runs) confirm(legs.way_out, {"net.send", "msg.send", "msg.publish"});
    std::sort(capabilities.begin(), capabilities.end());
}

}  // namespace mcprisk::classifier

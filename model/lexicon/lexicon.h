// What words stand for: verbs and what they do, objects and what they are worth, the subjects of
// servers, and the modifiers that change an object. One lexicon for the classifier and the policy.
//
// The tables are made from data/rules/{effects,objects,subjects,modifiers,languages} when the
// program is built (compile_lexicon.cc) and lie in read-only memory: no start-up cost, no state,
// any number of threads. Every key is in lower case (ASCII letters only are folded) and UTF-8;
// English nouns are singular, other inflections stand in the table by themselves. A view that is
// handed out lives as long as the program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace mcprisk::lexicon {

// What a verb does to its object.
enum class Effect : std::uint8_t {
    none,
    look,        // get, list, search
    compute,     // convert, validate: works on its input only
    create,      // makes something that was not there
    change,      // set, edit, enable
    remove,      // delete, purge, revoke
    restore,     // puts an earlier state back
    move,        // from one place to another
    send,        // to particular people
    publish,     // to everybody
    grant,       // gives or takes a right
    run,         // code, a job, a deployment
    control,     // start, stop, cancel, gestures, devices
    pay,         // money leaves or is committed
    ask_pay,     // asks somebody for money
    store,       // upload, record, index
    export_out,  // export, download
    session,     // log in, connect, select
    relation,    // tag, assign, follow: put back at once
    unclear,     // manage, process
};

// How the word stands to its verb.
enum class Form : std::uint8_t {
    base,    // delete, löschen
    third,   // deletes, löscht
    gerund,  // deleting
    past,    // deleted, gelöscht; also what is a passive or an adjective
    noun,    // deletion, Löschung
};

// What a read of the object gives away.
enum class Privacy : std::uint8_t { unknown, open, work, personal, secret };
// What a change of it moves.
enum class Power : std::uint8_t {
    unknown,
    none,
    money,
    access,
    code,
    configuration,
    infrastructure
};
// What losing one means.
enum class Weight : std::uint8_t { unknown, trifle, record, container, life };
enum class Persistence : std::uint8_t { unknown, scratch, derived, relation, kept };
// Who is reached when it is made or changed.
enum class Audience : std::uint8_t { unknown, self, team, outside, everybody };

struct Attributes {
    Privacy privacy = Privacy::unknown;
    Power power = Power::unknown;
    Weight weight = Weight::unknown;
    Persistence persistence = Persistence::unknown;
    Audience audience = Audience::unknown;
    friend bool operator==(const Attributes&, const Attributes&) = default;
};

// A word beside an object that changes what it is worth.
enum class Modifier : std::uint8_t {
    none,
    draft,       // not yet seen by anybody
    cached,      // built again
    temporary,   // thrown away anyway
    test,        // no value behind it
    production,  // others depend on it
    all,         // many at once
    own,         // of the caller
    open,        // for everybody to see
    personal,    // of a person
    secret,      // gives access
    shared,      // others see it
    external,    // outside of the house
    local,       // on this machine or in this project
    paid,        // costs money
    past,        // gone or archived
    example,     // made up
};

// What a server is about, where its words say so.
enum class Subject : std::uint8_t {
    none,
    password_manager,
    bank,
    payments,
    wallet,
    exchange,
    shop,
    accounting,
    mail,
    chat,
    calendar,
    contacts,
    crm,
    people,  // staff, applicants, pay
    health,
    location,
    files,  // private drives
    notes,
    memory,   // of an assistant
    tracker,  // issues, tasks, projects
    code,     // repositories
    pipeline,
    cloud,
    cluster,
    database,
    identity,
    security,
    shell,
    browser,
    devices,
    social,
    site,  // content management
    media,
    documents,
    analytics,
    market,  // quotes of shares and coins
    weather,
    maps,
    knowledge,  // documentation, encyclopaedias, papers
    web,        // search engines, fetching pages
    games,
    learning,
    travel,
    tools,  // calculators, converters
};

// One key of the tables. Trivial, in read-only memory.
struct Entry {
    std::uint32_t text = 0;  // of the key, into the pool of letters
    std::uint8_t size = 0;
    Effect effect = Effect::none;
    Form form = Form::base;
    std::uint8_t sure = 0;             // of the effect, 1 to 3; 0 if there is none
    std::uint16_t attributes = 0;      // packed, bit 15 set if there are any
    std::uint8_t attributes_sure = 0;  // 1 to 3; 0 if there are none
    Modifier modifier = Modifier::none;
    Subject subject = Subject::none;
    std::uint8_t language = 0;  // 0 English, else 1 + the place in languages()
    std::uint16_t lemma = 0;    // entry of the verb's base form or the singular noun; itself if so
    std::uint16_t undo = 0;     // entry of the verb that takes it back; 0 if none
    bool starts_as_noun = false;  // seen as the first word of names without any effect
};

// The entry of a word, or of words with one blank between each two; nullptr if it is not listed.
const Entry* find(std::string_view key);

std::string_view text_of(const Entry& entry);
// Its base form or singular, in its language.
const Entry& lemma_of(const Entry& entry);
const Entry* undo_of(const Entry& entry);
std::optional<Attributes> attributes_of(const Entry& entry);

// The longest key that begins `text` and ends at a character: the way through scripts that put no
// blanks between words. nullptr if there is none.
const Entry* find_prefix(std::string_view text);

// The longest verb that the words begin with, up to four words ("gets rid of"); nullptr if none.
struct Verb {
    const Entry* entry = nullptr;
    std::size_t words = 0;
};
Verb find_verb(std::span<const std::string_view> words);

// An object named by words, its head last ("customer bank account"). The longest listed phrase at
// the end of the words gives the attributes; words before it that are modifiers change them, and a
// person's or secret thing before it makes it personal. Up to eight words are looked at.
struct Object {
    Attributes attributes;
    const Entry* entry = nullptr;  // of the phrase that gave them
    std::size_t words = 0;         // of the phrase
    bool inherited = false;        // more words stood before it, so its kind is known only
    std::uint32_t modifiers = 0;   // bit m set for Modifier m
    [[nodiscard]] bool has(Modifier m) const {
        return ((modifiers >> static_cast<unsigned>(m)) & 1U) != 0;
    }
};
// `about`: the server's subject; "position" is money at a broker and a place on a board.
std::optional<Object> find_object(std::span<const std::string_view> words,
                                  Subject about = Subject::none);

// What a modifier does to attributes; `paid` and `all` are for the caller, since they speak of the
// call and not of the thing.
Attributes modified(Attributes attributes, Modifier modifier);

// The subject that words of a server's name, title or description name: the most telling of those
// found (secrets and money first). none if they name none.
Subject subject_of(std::string_view text);

// What an object is worth that is only named "item", "record", "entry", "data" or not at all on a
// server about `subject`. All unknown for Subject::none.
Attributes usual_attributes(Subject subject);

std::span<const std::string_view> languages();  // codes: "de", "es", …
std::size_t entry_count();

std::string_view to_string(Effect effect);
std::string_view to_string(Form form);
std::string_view to_string(Privacy privacy);
std::string_view to_string(Power power);
std::string_view to_string(Weight weight);
std::string_view to_string(Persistence persistence);
std::string_view to_string(Audience audience);
std::string_view to_string(Modifier modifier);
std::string_view to_string(Subject subject);

}  // namespace mcprisk::lexicon

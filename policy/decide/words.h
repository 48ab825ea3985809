// Words of names and enumerated values, for the few questions a policy has to ask of them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mcprisk::policy {

// "deleteAll_items", "HTTPDelete" -> lower-case words. Splits at everything that is no ASCII letter
// or digit and where the case changes; other bytes count as letters.
std::vector<std::string> words_of(std::string_view name);

// Is one of `wanted` among the words of `name`?
bool has_one_of(std::string_view name, std::span<const std::string_view> wanted);

// What a single word makes a choice do. `unknown` is never taken for harmless.
enum class Deed { unknown, reads, writes, executes, destroys, pays };

// Of an enumerated value such as "list_deleted", "DELETE" or "createPayment": removal anywhere in
// it decides, then a reading first word, then payment, then the first word known.
Deed deed_of(std::string_view choice);

// Does one of the words of `name` remove or pay by itself?
bool names_removal(std::string_view name);
bool names_payment(std::string_view name);

// Is a switch called like this one of `words`? "all" counts where it says of what: alone, last,
// before a plural, after a removal; not in isAllDay or print_all_deadlocks.
bool is_risky_flag(std::string_view name, std::span<const std::string> words);

}  // namespace mcprisk::policy

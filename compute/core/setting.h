#pragma once
// Settings: what a user can choose, as rows of a table.
//
// A row knows one setting's name, range and words, and how to read and write it in the struct that holds it.
// The command line, configuration files, scripts, logs, checkpoints, undo and the panels are written against
// rows: a new setting is one row, and the place that uses it.

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compute/core/named.h"

namespace cajal {

// A value as files and commands carry it. Empty: an optional setting that is not set.
using SettingValue = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

// As JSON writes it: null, true, 64, 0.001, "adam".
std::string toJsonText(const SettingValue& value);
// As a command line and the screen write it: adam instead of "adam", nothing where the value is empty.
std::string toText(const SettingValue& value);

enum class ValueKind { flag, whole, number, choice, text };

// When a change takes effect.
enum class Applies {
  atStart,       // chosen before the first step
  betweenSteps,  // a command, applied between two training steps
  nextFrame,     // the next picture shows it
};

struct Range {
  double low = 0, high = 0;
  bool operator==(const Range&) const = default;
};

// What is known of a setting besides where it stands. `words`: see the row tables.
struct SettingWords {
  std::string_view key;  // "weight-decay": the flag --weight-decay, the key in files, the word of scripts
  std::string_view help = {};     // one line for --help
  std::string_view group = {};    // heading in --help
  Range range = {0, 1e18};        // of numbers, both ends included
  Range slider = {};              // what a slider spans; {}: the range
  bool isLogarithmic = false;     // the slider
  const char* format = nullptr;   // of the slider's number: "%.3f"
  const char* zero = nullptr;     // what the slider says instead of 0: "all edges"
  std::string_view label = {};    // on panels; {}: the key, with spaces
  std::string_view tip = {};      // on panels, while the mouse rests on it
  std::string_view choices = {};  // of a text with a form of its own, for --help
  std::string_view alias = {};    // a second flag and script word for the same
  bool isHidden = false;          // part of the state, without a flag
  bool isOfOneLane = false;       // of several networks that are shown, one alone is meant
  bool isRepeated = false;        // a flag that may be given often: its texts with a line feed between them
};

// Of a setting of any struct.
struct SettingRow {
  SettingWords words;
  ValueKind kind = ValueKind::text;
  Applies applies = Applies::atStart;
  bool isOptional = false;
  std::span<const KindName> names = {};  // of a choice

  std::string key() const { return std::string(words.key); }
  std::string label() const;
  Range slider() const { return words.slider == Range{} ? words.range : words.slider; }
  // "adam, sgd, …" of a choice; else empty.
  std::string choices() const;
  // The value that a text stands for, as a flag gives it. Throws Error(usage) saying what is wrong with it,
  // without the name of the setting: the caller knows how the user wrote it.
  SettingValue fromText(const std::string& text) const;
  // Throws likewise where the value is of another type or out of range; else gives it in the row's own type.
  SettingValue checked(const SettingValue& value) const;
  // The nearest value inside the range; values of another type are left as they are.
  SettingValue fitted(const SettingValue& value) const;
};

// A setting of the struct S.
template <typename S>
struct Setting : SettingRow {
  std::function<SettingValue(const S&)> read;
  // Takes what checked() gives. May throw Error(usage) for a text.
  std::function<void(S&, const SettingValue&)> assign;

  void write(S& target, const SettingValue& value) const { assign(target, checked(value)); }
};

template <typename S>
using SettingTable = std::vector<Setting<S>>;

// By key or alias; null where there is none.
template <typename S>
const Setting<S>* findSetting(const SettingTable<S>& table, std::string_view key) {
  for (const Setting<S>& row : table)
    if (row.words.key == key || (!row.words.alias.empty() && row.words.alias == key)) return &row;
  return nullptr;
}

// A value of one setting, by name.
struct SettingChange {
  std::string key;
  SettingValue value;
  bool operator==(const SettingChange&) const = default;
};

// The changes that make `to` equal to `from`, written to it in this order. A row may move others along (an
// optimiser brings its usual rates): each row is compared with what the changes before it have left.
template <typename S>
std::vector<SettingChange> differences(const SettingTable<S>& table, const S& from, S to) {
  std::vector<SettingChange> changes;
  if (from == to) return changes;
  for (const Setting<S>& row : table) {
    SettingValue value = row.read(from);
    if (value == row.read(to)) continue;
    row.assign(to, value);
    changes.push_back({row.key(), std::move(value)});
  }
  return changes;
}

// ---- making rows ----

namespace setting_detail {

template <typename T>
struct IsOptional : std::false_type {};
template <typename T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <typename T>
constexpr ValueKind kindOf() {
  if constexpr (IsOptional<T>::value)
    return kindOf<typename T::value_type>();
  else if constexpr (std::is_same_v<T, bool>)
    return ValueKind::flag;
  else if constexpr (NamedKind<T>)
    return ValueKind::choice;
  else if constexpr (std::is_floating_point_v<T>)
    return ValueKind::number;
  else if constexpr (std::is_integral_v<T>)
    return ValueKind::whole;
  else
    return ValueKind::text;
}

// The shortest decimal number that is this float again: 0.001 and not 0.0010000000474974513.
double shortest(float value);

template <typename T>
SettingValue valueOf(const T& field) {
  if constexpr (IsOptional<T>::value)
    return field ? valueOf(*field) : SettingValue{};
  else if constexpr (std::is_same_v<T, bool>)
    return field;
  else if constexpr (NamedKind<T>)
    return std::string(name(field));
  else if constexpr (std::is_same_v<T, float>)
    return shortest(field);
  else if constexpr (std::is_floating_point_v<T>)
    return static_cast<double>(field);
  else if constexpr (std::is_integral_v<T>)
    return static_cast<std::int64_t>(field);
  else
    return std::string(field);  // texts and paths
}

template <typename T>
void assignTo(T& field, const SettingValue& value) {
  if constexpr (IsOptional<T>::value) {
    if (std::holds_alternative<std::monostate>(value)) return field.reset();
    assignTo(field.emplace(), value);
  } else if constexpr (std::is_same_v<T, bool>) {
    field = std::get<bool>(value);
  } else if constexpr (NamedKind<T>) {
    field = *fromName<T>(std::get<std::string>(value));
  } else if constexpr (std::is_floating_point_v<T>) {
    field = static_cast<T>(std::get<double>(value));
  } else if constexpr (std::is_integral_v<T>) {
    field = static_cast<T>(std::get<std::int64_t>(value));
  } else {
    field = std::get<std::string>(value);
  }
}

template <typename T>
std::span<const KindName> choicesOf() {
  if constexpr (IsOptional<T>::value)
    return choicesOf<typename T::value_type>();
  else if constexpr (NamedKind<T>)
    return namesOf(T{});
  else
    return {};
}

}  // namespace setting_detail

// A row over one field: `field` gives a reference to it, and its type decides the kind of value.
template <typename S, typename Field>
Setting<S> setting(Applies applies, SettingWords words, Field field) {
  using T = std::decay_t<std::invoke_result_t<Field, S&>>;
  Setting<S> row;
  row.words = words;
  row.applies = applies;
  row.kind = setting_detail::kindOf<T>();
  row.isOptional = setting_detail::IsOptional<T>::value;
  row.names = setting_detail::choicesOf<T>();
  row.read = [field](const S& s) {
    return setting_detail::valueOf<T>(std::invoke(field, const_cast<S&>(s)));
  };
  row.assign = [field](S& s, const SettingValue& value) {
    setting_detail::assignTo<T>(std::invoke(field, s), value);
  };
  return row;
}

// A row whose text has a form of its own, such as "2:17". `parse` throws Error(usage).
template <typename S>
Setting<S> textSetting(Applies applies, SettingWords words, std::function<std::string(const S&)> print,
                       std::function<void(S&, const std::string&)> parse) {
  Setting<S> row;
  row.words = words;
  row.applies = applies;
  row.read = [print](const S& s) -> SettingValue { return print(s); };
  row.assign = [parse](S& s, const SettingValue& value) { parse(s, std::get<std::string>(value)); };
  return row;
}

// The same rows, of a struct that contains theirs: `part` gives a reference to it.
template <typename S, typename Part, typename Whole>
SettingTable<Whole> settingsOf(const SettingTable<S>& table, Part Whole::*part) {
  SettingTable<Whole> rows;
  for (const Setting<S>& row : table) {
    Setting<Whole> whole;
    static_cast<SettingRow&>(whole) = row;
    whole.read = [row, part](const Whole& w) { return row.read(w.*part); };
    whole.assign = [row, part](Whole& w, const SettingValue& value) { row.assign(w.*part, value); };
    rows.push_back(std::move(whole));
  }
  return rows;
}

}  // namespace cajal

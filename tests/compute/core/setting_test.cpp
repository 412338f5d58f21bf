#include "compute/core/setting.h"

#include <gtest/gtest.h>

#include <set>

#include "compute/training/training_settings.h"
#include "engine/base/error.h"

namespace cajal {
namespace {

enum class Pace { slow, fast };
std::span<const KindName> namesOf(Pace) {
  static constexpr KindName kNames[] = {{"slow", "slowly"}, {"fast", "fast"}};
  return kNames;
}

struct Machine {
  bool isOn = false;
  std::uint64_t count = 3;
  float rate = 0.1f;
  Pace pace = Pace::slow;
  std::optional<double> share;
  std::string name = "a";
  bool operator==(const Machine&) const = default;
};

const SettingTable<Machine>& table() {
  static const SettingTable<Machine> rows = {
      setting<Machine>(Applies::nextFrame, {.key = "on"}, &Machine::isOn),
      setting<Machine>(Applies::nextFrame, {.key = "count", .range = {1, 1e18}}, &Machine::count),
      setting<Machine>(Applies::nextFrame, {.key = "the-rate", .range = {0, 2}}, &Machine::rate),
      setting<Machine>(Applies::nextFrame, {.key = "pace"}, &Machine::pace),
      setting<Machine>(Applies::nextFrame, {.key = "share", .range = {0, 1}}, &Machine::share),
      setting<Machine>(Applies::nextFrame, {.key = "name", .alias = "title"}, &Machine::name),
  };
  return rows;
}

const Setting<Machine>& row(const char* key) {
  return *findSetting(table(), key);
}

void write(Machine& machine, const char* key, const std::string& text) {
  row(key).write(machine, row(key).fromText(text));
}

TEST(Setting, TextsAreReadByTheTypeOfTheField) {
  Machine machine;
  write(machine, "on", "true");
  write(machine, "count", "9007199254740993");  // no double holds it
  write(machine, "the-rate", "0.25");
  write(machine, "pace", "fast");
  write(machine, "share", "0.5");
  write(machine, "title", "b");
  EXPECT_EQ(machine, (Machine{true, 9007199254740993, 0.25f, Pace::fast, 0.5, "b"}));
  write(machine, "share", "auto");
  EXPECT_FALSE(machine.share);
}

TEST(Setting, WhatIsReadIsWrittenBackUnchanged) {
  const Machine machine{true, 1'000'000'000'000, 0.1f, Pace::fast, 0.3, "é\"\n"};
  Machine copy;
  for (const Setting<Machine>& each : table()) each.write(copy, each.read(machine));
  EXPECT_EQ(copy, machine);
}

TEST(Setting, FloatsAreReadAsTheShortestDecimal) {
  EXPECT_EQ(toJsonText(row("the-rate").read(Machine{})), "0.1");
}

TEST(Setting, WrongTextsSayWhatIsWanted) {
  const auto complaint = [](const char* key, const char* text) -> std::string {
    try {
      Machine machine;
      write(machine, key, text);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(complaint("the-rate", "3"), "must be a number from 0 to 2");
  for (const char* text : {"", "x", "1x", "nan", "inf", "-1e999", "1e999"})
    EXPECT_EQ(complaint("the-rate", text), "must be a number from 0 to 2") << text;
  for (const char* text : {"0", "1.5", "-3", "1e30", "99999999999999999999", "three"})
    EXPECT_EQ(complaint("count", text), "must be a whole number from 1 to 1e+18") << text;
  EXPECT_EQ(complaint("pace", "slowly"), "no such choice; there are slow, fast");
  EXPECT_EQ(complaint("on", "maybe"), "must be yes or no");
}

TEST(Setting, ValuesOfAnotherKindAreRefused) {
  EXPECT_THROW(row("on").checked(std::int64_t{1}), Error);
  EXPECT_THROW(row("count").checked(true), Error);
  EXPECT_THROW(row("count").checked(SettingValue{}), Error);
  EXPECT_THROW(row("the-rate").checked(std::string("0.1")), Error);
  EXPECT_THROW(row("pace").checked(std::int64_t{0}), Error);
  EXPECT_THROW(row("name").checked(2.0), Error);
  EXPECT_EQ(row("count").checked(5.0), SettingValue(std::int64_t{5}));
  EXPECT_EQ(row("the-rate").checked(std::int64_t{1}), SettingValue(1.0));
}

TEST(Setting, DifferencesMakeOneEqualTheOther) {
  const Machine from{true, 5, 0.25f, Pace::fast, {}, "x"};
  Machine to{false, 5, 0.5f, Pace::fast, 0.5, "x"};
  const std::vector<SettingChange> changes = differences(table(), from, to);
  EXPECT_EQ(changes, (std::vector<SettingChange>{{"on", true}, {"the-rate", 0.25}, {"share", {}}}));
  for (const SettingChange& change : changes) row(change.key.c_str()).write(to, change.value);
  EXPECT_EQ(to, from);
}

TEST(Setting, RowsOfAPartServeTheWhole) {
  struct Plant {
    Machine machine;
  };
  const SettingTable<Plant> rows = settingsOf(table(), &Plant::machine);
  Plant plant;
  findSetting(rows, "title")->write(plant, std::string("b"));
  EXPECT_EQ(plant.machine.name, "b");
}

// Whatever table: a key is a flag, a key in files and a word of scripts, and must be one thing alone.
TEST(TrainingSettings, HaveKeysOfTheirOwnAndDefaultsInRange) {
  std::set<std::string> keys;
  for (const Setting<TrainingSettings>& each : trainingSettings()) {
    EXPECT_TRUE(keys.insert(each.key()).second) << each.key();
    EXPECT_NO_THROW(each.checked(each.read(TrainingSettings{}))) << each.key();
    EXPECT_TRUE(each.words.isHidden || !each.words.help.empty()) << each.key();
  }
}

}  // namespace
}  // namespace cajal

#include "viewer/actions/history.h"

#include <gtest/gtest.h>

namespace cajal {
namespace {

History::Entry change(const char* name, double before, double after, double time) {
  return {name, before, after, 7, {{name, before}}, time};
}

TEST(History, GoesBackAndForwardAgain) {
  History history;
  history.note(change("lr", 1, 2, 0));
  history.note(change("momentum", 3, 4, 10));
  EXPECT_EQ(history.undo(), (ActionList{{"momentum", 3.0}}));
  EXPECT_EQ(history.undo(), (ActionList{{"lr", 1.0}}));
  EXPECT_TRUE(history.undo().empty());
  EXPECT_EQ(history.redo(), (ActionList{{"lr", 2.0}}));
  EXPECT_EQ(history.redo(), (ActionList{{"momentum", 4.0}}));
  EXPECT_TRUE(history.redo().empty());
}

TEST(History, ADragIsOneEntry) {
  History history;
  for (int i = 0; i < 50; ++i) history.note(change("lr", i, i + 1, 0.1 * i));
  EXPECT_EQ(history.entries().size(), 1U);
  EXPECT_EQ(history.undo(), (ActionList{{"lr", 0.0}}));
  EXPECT_EQ(history.redo(), (ActionList{{"lr", 50.0}}));
}

TEST(History, AnotherSettingOrALaterChangeIsAnEntryOfItsOwn) {
  History history;
  history.note(change("lr", 0, 1, 0));
  history.note(change("lr", 1, 2, 5));
  history.note(change("momentum", 1, 2, 5));
  EXPECT_EQ(history.entries().size(), 3U);
}

TEST(History, TheSameSettingOfAnotherLaneIsAnEntryOfItsOwn) {
  History history;
  History::Entry second = change("lr", 5, 6, 0.1);
  second.lane = 2;
  second.undo = {{"lr", 5.0, 2}};
  history.note(change("lr", 0, 1, 0));
  history.note(second);
  EXPECT_EQ(history.entries().size(), 2U);
  EXPECT_EQ(history.undo(), (ActionList{{"lr", 5.0, 2}}));
  EXPECT_EQ(history.redo(), (ActionList{{"lr", 6.0, 2}}));
}

TEST(History, OneCommandToAllLanesIsOneEntry) {
  History history;
  for (const LaneNumber lane : {1u, 2u}) {
    History::Entry entry = change("lr", 0.1 * lane, 1, lane);
    entry.lane = lane;
    entry.undo = {{"lr", 0.1 * lane, lane}};
    entry.group = 7;
    history.note(entry);
  }
  EXPECT_EQ(history.entries().size(), 1U);
  EXPECT_EQ(history.undo(), (ActionList{{"lr", 0.1, 1}, {"lr", 0.2, 2}}));
  EXPECT_EQ(history.redo(), (ActionList{{"lr", 1.0}}));
}

TEST(History, WhatWasUndoneIsForgottenByTheNextChange) {
  History history;
  history.note(change("lr", 0, 1, 0));
  history.undo();
  history.note(change("lr", 0, 5, 0.1));
  EXPECT_TRUE(history.redo().empty());
  EXPECT_EQ(history.entries().size(), 1U);
  EXPECT_EQ(history.undo(), (ActionList{{"lr", 0.0}}));
}

}  // namespace
}  // namespace cajal

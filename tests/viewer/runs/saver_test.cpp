#include "viewer/runs/saver.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <stdexcept>

namespace cajal {
namespace {

TEST(Saver, WritesInOrderAndNotOnTheCallersThread) {
  std::vector<int> written;
  std::thread::id writer;
  {
    Saver saver;
    for (int i = 0; i < 100; ++i)
      saver.save([&, i] {
        written.push_back(i);
        writer = std::this_thread::get_id();
      });
    saver.finish();
  }
  ASSERT_EQ(written.size(), 100U);
  EXPECT_TRUE(std::is_sorted(written.begin(), written.end()));
  EXPECT_NE(writer, std::this_thread::get_id());
}

TEST(Saver, GivingWorkDoesNotWaitForIt) {
  std::promise<void> go;
  Saver saver;
  bool isWritten = false;
  saver.save([future = go.get_future().share()] { future.wait(); });
  saver.save([] {}, [&](const std::string&) { isWritten = true; });
  saver.deliver();
  EXPECT_FALSE(isWritten);
  go.set_value();
  saver.finish();
  EXPECT_TRUE(isWritten);
}

TEST(Saver, AProblemIsToldAndTheNextWorkIsDone) {
  Saver saver;
  std::vector<std::string> outcomes;
  const auto outcome = [&](const std::string& problem) { outcomes.push_back(problem); };
  saver.save([] { throw std::runtime_error("the disk is full"); }, outcome);
  saver.save([] {}, outcome);
  saver.finish();
  EXPECT_EQ(outcomes, (std::vector<std::string>{"the disk is full", ""}));
}

TEST(Saver, WritesWhatIsLeftWhenItEnds) {
  int written = 0;
  {
    Saver saver;
    for (int i = 0; i < 10; ++i) saver.save([&] { ++written; });
  }
  EXPECT_EQ(written, 10);
}

}  // namespace
}  // namespace cajal

// The drawing device refuses memory, or is lost: the program stops with a reason or goes on, and nothing that
// was learnt is lost.
#include "tests/program/program.h"

#include <algorithm>

namespace cajal::test {
namespace {

class Faults : public ProgramTest {
 protected:
  Result runWith(const std::string& fault, const std::vector<std::string>& words) const {
    Surroundings around = surroundings();
    around.environment = {{"CAJAL_FAULT", fault}};
    return run(words, around);
  }
};

TEST_F(Faults, EveryAllocationThatIsRefusedIsAnErrorWithAReasonOrNoneAtAll) {
  int refused = 0;
  for (int number = 1; number < 200; ++number) {
    const Result result =
        runWith("allocation:" + std::to_string(number),
                smallRun({"--steps", "4", "--record", "frames-" + std::to_string(number) + "/",
                          "--screenshot", "a.png"}));
    ASSERT_TRUE(result.code) << number;
    if (*result.code == 0) break;  // there were fewer
    ++refused;
    SCOPED_TRACE(number);
    expectEnd(result, 5, {"of memory on"});
  }
  EXPECT_GT(refused, 10);
}

TEST_F(Faults, TrainingGoesOnWhenTheDeviceIsLost) {
  const Result result =
      runWith("submit:3",
              smallRun({"--steps", "64", "--steps-per-frame", "2", "--record", "frames/", "--out", "kept"}));
  expectEnd(result, 5, {"training goes on without pictures"});
  EXPECT_TRUE(isThere("kept/checkpoint-64.safetensors")) << result.errors;
}

TEST_F(Faults, WeightsAreKeptWhereTheLastPictureCannotBeDrawn) {
  const Result result =
      runWith("submit:1", smallRun({"--steps", "32", "--screenshot", "a.png", "--out", "kept"}));
  expectEnd(result, 5);
  EXPECT_TRUE(isThere("kept/checkpoint-32.safetensors")) << result.errors;
  EXPECT_FALSE(isThere("a.png"));
}

}  // namespace
}  // namespace cajal::test

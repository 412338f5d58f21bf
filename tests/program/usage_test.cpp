// What the program answers to words it cannot follow: an exit code, a line that names the flag, and no trace.
#include "engine/base/error.h"
#include "tests/program/program.h"

namespace cajal::test {
namespace {

class Usage : public ProgramTest {
 protected:
  // The program ends with this code and says this; it leaves nothing behind.
  void expectRefusal(const std::vector<std::string>& words, ExitCode code, const std::string& named) {
    expectRefusal(words, code, named, surroundings());
  }
  void expectRefusal(const std::vector<std::string>& words, ExitCode code, const std::string& named,
                     const Surroundings& around) {
    const int before = m_folder.count();
    const Result result = run(words, around);
    expectEnd(result, static_cast<int>(code), {"cajal: ", named});
    EXPECT_EQ(result.output, "");
    EXPECT_EQ(m_folder.count(), before) << "something was left behind";
  }
};

TEST_F(Usage, HelpIsAnAnswerAndNoError) {
  const Result result = run({"--help"});
  EXPECT_EQ(result.code, 0);
  EXPECT_TRUE(says(result.output, "--net"));
  EXPECT_EQ(result.errors, "");
}

TEST_F(Usage, UnknownWordsAreWrongUsage) {
  expectRefusal({"--nett", "3"}, ExitCode::usage, "--nett");
  expectRefusal({"fly"}, ExitCode::usage, "fly");
}

TEST_F(Usage, ValuesOutOfRangeAreWrongUsage) {
  expectRefusal({"--size", "0x0"}, ExitCode::usage, "--size");
  expectRefusal({"--size", "99999x1"}, ExitCode::usage, "--size");
  expectRefusal({"--net", "784"}, ExitCode::usage, "--net");
  expectRefusal({"--lr", "fast"}, ExitCode::usage, "--lr");
  expectRefusal({"--batch", "0"}, ExitCode::usage, "--batch");
  expectRefusal({"--steps", "-1"}, ExitCode::usage, "--steps");
  expectRefusal({"--optimizer", "best"}, ExitCode::usage, "--optimizer");
  expectRefusal({"--data", "numbers"}, ExitCode::usage, "--data");
}

TEST_F(Usage, ANetworkThatDoesNotFitTheDataIsBadInput) {
  expectRefusal(smallRun({"--net", "3-4-2"}), ExitCode::badInput, "--net");
  expectRefusal(smallRun({"--batch", "100000"}), ExitCode::badInput, "--batch");
}

TEST_F(Usage, ADataFolderThatIsNotThereIsAnErrorOfInput) {
  expectRefusal({"--headless", "--data", "mnist:" + path("nowhere")}, ExitCode::inputOutput, "nowhere");
}

TEST_F(Usage, ADataFileThatIsCutOffIsBadInput) {
  for (const char* name : {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
                           "t10k-labels-idx1-ubyte"})
    writeText(m_folder / name, std::string("\0\0\x08\x03\0\0\0\x01", 8));
  expectRefusal({"--headless", "--data", "mnist:" + m_folder.path().string()}, ExitCode::badInput, "-ubyte");
}

TEST_F(Usage, WhatCannotBeWrittenIsSaidBeforeTheTraining) {
  const std::string nowhere = path("nowhere") + "/a";
  // A million steps: whoever trained first would not end within the test's time.
  for (const std::string flag : {"--record", "--screenshot", "--metrics"}) {
    const std::string ending = flag == "--record" ? ".mkv" : flag == "--screenshot" ? ".png" : ".jsonl";
    expectRefusal(smallRun({"--steps", "100000000", flag, nowhere + ending}), ExitCode::inputOutput,
                  "nowhere");
  }
  writeText(m_folder / "file", "");
  expectRefusal(smallRun({"--steps", "100000000", "--out", path("file") + "/run"}), ExitCode::inputOutput,
                "--out");
}

TEST_F(Usage, AFilmOfUnknownEndingIsWrongUsage) {
  expectRefusal(smallRun({"--record", path("film.gif")}), ExitCode::usage, "film.gif");
}

TEST_F(Usage, ADeviceOfUnknownNameIsWrongUsage) {
  expectRefusal(smallRun({"--device", "No Such Device"}), ExitCode::usage, "No Such Device");
}

TEST_F(Usage, WithoutAnyDriverItSaysWhatToInstall) {
  Surroundings around = surroundings();
  around.environment = {{"VK_ICD_FILENAMES", "/nonexistent"}, {"VK_DRIVER_FILES", "/nonexistent"}};
  expectRefusal(smallRun({"--steps", "1"}), ExitCode::gpu, "mesa-vulkan-drivers", around);
}

TEST_F(Usage, ACameraFileThatIsMalformedIsBadInput) {
  writeText(m_folder / "path.json", R"({"keys": [{"seconds": 0}]})");
  expectRefusal(smallRun({"--camera", path("path.json")}), ExitCode::badInput, "path.json");
  expectRefusal(smallRun({"--camera", path("nowhere.json")}), ExitCode::inputOutput, "nowhere.json");
}

TEST_F(Usage, AModelThatDoesNotFitIsBadInput) {
  writeText(m_folder / "model.safetensors", "no tensors at all");
  expectRefusal(smallRun({"--model", path("model.safetensors")}), ExitCode::badInput, "model.safetensors");
  expectRefusal(smallRun({"--model", path("nowhere.safetensors")}), ExitCode::inputOutput,
                "nowhere.safetensors");
}

TEST_F(Usage, AConfigurationWithAnUnknownKeyIsBadInput) {
  writeText(m_folder / "run.toml", "lr = 0.1\nlearning = 3\n");
  expectRefusal(smallRun({"--config", path("run.toml")}), ExitCode::badInput, "run.toml:2");
}

TEST_F(Usage, WithoutADisplayItFilmsHeadlessAndSaysSo) {
  expectEnd(run({"--data", "xor", "--backend", "cpu", "--size", "160x90", "--steps", "8"}), 0, {"no window"});
  EXPECT_TRUE(isThere("flight.mkv"));
  EXPECT_TRUE(isThere("flight.png"));
}

}  // namespace
}  // namespace cajal::test

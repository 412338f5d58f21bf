#pragma once
// A lane: one network that is looked at, with its source, its steering, its place in the world, its curves
// and the folder that keeps its run. A lane knows no other lane, no panel and no window. Render thread only.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "viewer/actions/action_log.h"
#include "viewer/actions/history.h"
#include "viewer/actions/script.h"
#include "viewer/runs/run_folder.h"
#include "viewer/scene/looks_scene.h"
#include "viewer/scene/network_scene.h"
#include "viewer/sources/inquiries.h"
#include "viewer/sources/source.h"
#include "viewer/world/curves.h"
#include "viewer/world/lane_plan.h"
#include "viewer/world/price_meter.h"

namespace cajal {

class SharedCores;
class Stage;

class Lane {
 public:
  // `view`: what is shown at first. `stage` and `cores` outlive this. Throws Error for whatever cannot be
  // had.
  Lane(Stage& stage, LanePlan plan, SharedCores& cores, const ViewSettings& view);

  LaneNumber number() const { return m_plan.number; }
  const std::string& name() const { return m_plan.name; }
  const Options& options() const { return m_plan.options; }
  bool isTrained() const { return m_plan.isTrained; }
  Source& source() { return *m_source; }
  Steering& steering() { return m_steering; }
  Inquiries& inquiries() { return m_inquiries; }
  RunFolder& runFolder() { return m_runFolder; }
  const RunFolder& runFolder() const { return m_runFolder; }
  ActionLog& log() { return m_log; }
  const StaticState& fixed() const { return m_fixed; }
  const NetworkFacts& network() const { return m_network; }
  const Curves& curves() const { return m_curves; }
  const Price& price() const { return m_price.price(); }
  Progress progress() const { return m_steering.progress(); }

  // Why nothing comes from it any more; empty while all is well. What it showed last stands still.
  const std::string& problem() const { return m_problem; }
  void fail(const std::string& problem);
  // Why it takes no further step: its problem, or what the training stopped at; empty while it can.
  std::string whyItStands() const;
  // It takes no further step, or has come to `steps`.
  bool isThrough(std::uint64_t steps) const;

  // --- training ---
  bool isPlaying() const { return m_isPlaying; }
  // `freely`: as many steps as fit, up to so many; else in step with the frames.
  void play(bool isPlaying, bool freely, std::uint64_t stepsLeft);
  // `group`: see History::Entry.
  void command(const Action& action, Origin origin, std::optional<std::uint64_t> atStep = std::nullopt,
               std::uint32_t group = 0);
  // Takes over points of the curves and answers that have come, and keeps the points that are new.
  std::vector<Metrics> takeMetrics(Wait wait);
  std::vector<LoggedCommand> takeApplied() { return m_inquiries.takeApplied(); }
  void forgetCurves();  // steps begin at 0 again

  // --- what is shown ---
  const ViewSettings& settings() const { return m_settings; }
  ViewSettings& settings() { return m_settings; }
  const ViewSettings& drawnSettings() const { return m_drawnSettings; }
  ViewRequest wantedView() const;
  // A state of it is wanted, `steps` behind the last one where that is not 0. Nothing where what is there
  // shows the same.
  void request(std::uint64_t steps, double seconds);
  // In a live view: false while steps of the request before are still to be done.
  bool isAtLastRequest() const { return m_facts.step >= m_lockstepTarget; }
  const Publication* newest(Wait wait);
  const Publication* publication() const { return m_publication; }  // that newest() gave last
  const SnapshotFacts& facts() const { return m_facts; }
  // For runs without pictures: what no publication says.
  Progress followProgress();

  // --- its place ---
  const Placement& placement() const { return m_placement; }
  void place(const Placement& placement) { m_placement = placement; }
  glm::vec3 inWorld(const glm::vec3& point) const;  // the lane's own space → world
  const NetworkScene& scene() const { return *m_scene; }
  const NetworkLayout& layout() const { return m_scene->layout(); }
  // Of the decision map, where there is one; in the lane's own space.
  std::optional<MapPlace> map(const NetworkLayout& layout) const;
  // Once a frame: glides to a layout that was chosen, and, where neurons follow their weights, to where these
  // pull them now. `runTime`: seconds of the run's clock. `atOnce`: in this frame, before further steps are
  // asked for, so that a film sees the same every time. True while something moves.
  bool followLayout(double seconds, double runTime, bool atOnce);
  // Whether another layout was chosen and taken since the last call.
  bool takeRearranged() { return std::exchange(m_isRearranged, false); }
  // For a picture of a run that nobody watched.
  void settleAtOnce();

  // --- a picture ---
  // `view`: of the world. `sampleShare`: of the samples that are wanted. `travelled`: of pulses, in layers.
  RenderGroup group(const gpu::View& view, float sampleShare, double travelled, const Pick& hovered);
  std::uint32_t groupId() const { return number() - 1; }
  glm::mat4 viewProjection(const glm::mat4& ofWorld) const;
  // Of the shown example, as far as they are known; `watched` is what has been read back of group().
  void takeOutputs(std::span<const float> watched);
  const std::vector<float>& outputs() const { return m_outputs; }
  void measurePrice(double now, std::uint64_t framesDrawn, double drawMilliseconds);
  LaneState state() const;

  // --- the end ---
  // Pauses, and takes over what is still on its way.
  void stop();
  void keep();  // weights, where they are kept; the end of the log; one line about all of it
  bool wouldLoseWeights() const;

  // ---- a script ----
  // What goes by this lane's steps. `hasEnd`: a "quit" of its own is among it.
  void follow(Script script, bool hasEnd);
  Script& script() { return m_script; }
  // Its own "quit" has come.
  void end() { m_hasEnd = false; }
  // Nothing of the script is still to come that only this lane waits for.
  bool hasEnded() const { return !m_hasEnd || !whyItStands().empty(); }

 private:
  NetworkLayout arrange();
  void askForWeights(std::function<void(const Answer&)> use);
  void settleByWeights(NetworkLayout& layout, const NetworkLayout* before, const Answer& answer);
  void changeLayout(NetworkLayout layout, bool isChosen);
  ViewSettings drawableSettings(float sampleShare);

  LanePlan m_plan;
  Stage& m_stage;
  std::unique_ptr<Source> m_source;
  Steering& m_steering;  // the source's
  Inquiries m_inquiries;
  RunFolder m_runFolder;
  ActionLog m_log;
  StaticState m_fixed;
  NetworkFacts m_network;
  std::unique_ptr<NetworkScene> m_scene;
  std::unique_ptr<LooksScene> m_looks;

  ViewSettings m_settings, m_drawnSettings;
  LayoutChoice m_arranged;  // what the scene's layout was chosen to be
  bool m_isRearranged = false;
  // Of a layout that follows the weights: when it last did, on the run's own clock, and at which step.
  double m_settledAt = 0;
  std::uint64_t m_settledStep = 0;
  double m_runTime = 0;
  Placement m_placement;

  bool m_isPlaying = true;
  std::uint64_t m_lockstepTarget = 0;  // the step that the request in hand will reach
  const Publication* m_publication = nullptr;
  SnapshotFacts m_facts;
  Curves m_curves;
  PriceMeter m_price;
  std::vector<float> m_outputs;
  Script m_script;
  bool m_hasEnd = false;  // a "quit" that is still to come
  std::string m_problem;
};

}  // namespace cajal

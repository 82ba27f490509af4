//===- Optimizers.cpp - What makes a step of gradients --------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each optimizer says what it keeps for a parameter and which settings it has,
// and what the parameter and its states become. In formulas w is the
// parameter, g its gradient and d the weight decay.
//
//===----------------------------------------------------------------------===//

#include "Optimizers.h"
#include "Arithmetic.h"

using namespace mlir;
using namespace resnetc::resnet;

/// In f32.
static Value sumOfSquares(Arithmetic &a, Value value) {
  auto axes = llvm::to_vector(
      llvm::seq<int64_t>(0, Arithmetic::typeOf(value).getRank()));
  return a.reduce(a.cast(value, a.getBuilder().getF32Type()), axes,
                  /*keepdims=*/false, Reduction::sum_square);
}

namespace {

/// A number that is given at run time, and what it is unless it is given.
struct Setting {
  StringRef name;
  double value;
};

/// A parameter within a step.
struct Step {
  Value w, g;
  SmallVector<Value> states; ///< In the order of `stateNames`.
  bool decays;
};

class Optimizer {
public:
  Optimizer(SmallVector<Setting> settings, SmallVector<StringRef> stateNames,
            bool counts = false)
      : settings(std::move(settings)), stateNames(std::move(stateNames)),
        counts(counts) {}
  virtual ~Optimizer() = default;

  /// What does not depend on the parameter; values of settings in their order.
  virtual void begin(Arithmetic &, ArrayRef<Value> /*settings*/,
                     Value /*count*/) = 0;
  /// Sets `w` and the states to what they become.
  virtual void update(Arithmetic &a, Step &step) = 0;

  const SmallVector<Setting> settings;
  const SmallVector<StringRef> stateNames;
  const bool counts; ///< Whether it takes the number of steps.
};

/// g += d w;  v = momentum v + g;  w -= rate v,
/// or with Nesterov's momentum  w -= rate (g + momentum v)
class SGD : public Optimizer {
public:
  explicit SGD(bool nesterov)
      : Optimizer(
            {{"learning_rate", 0.01}, {"momentum", 0.9}, {"weight_decay", 0}},
            {"momentum"}),
        nesterov(nesterov) {}

  void begin(Arithmetic &, ArrayRef<Value> values, Value) override {
    rate = values[0];
    momentum = values[1];
    decay = values[2];
  }

  void update(Arithmetic &a, Step &step) override {
    Value g = step.decays ? a.add(step.g, a.mul(decay, step.w)) : step.g;
    Value &v = step.states[0];
    v = a.add(a.mul(momentum, v), g);
    Value direction = nesterov ? a.add(g, a.mul(momentum, v)) : v;
    step.w = a.sub(step.w, a.mul(rate, direction));
  }

private:
  bool nesterov;
  Value rate, momentum, decay;
};

/// w -= rate d w;  m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2;
/// w -= rate / (1 - beta1^t) m / (sqrt(v / (1 - beta2^t)) + epsilon)
class AdamW : public Optimizer {
public:
  AdamW()
      : Optimizer({{"learning_rate", 0.001},
                   {"beta1", 0.9},
                   {"beta2", 0.999},
                   {"epsilon", 1e-8},
                   {"weight_decay", 0.01}},
                  {"first_moment", "second_moment"}, /*counts=*/true) {}

  void begin(Arithmetic &a, ArrayRef<Value> values, Value count) override {
    rate = values[0];
    beta1 = values[1];
    beta2 = values[2];
    epsilon = values[3];
    Value one = a.number(rate, 1);
    rest1 = a.sub(one, beta1);
    rest2 = a.sub(one, beta2);
    kept = a.sub(one, a.mul(rate, values[4]));
    // At step t the moments are of weights that sum up to 1 - beta^t.
    Value sum1 = a.sub(one, a.create<PowOp>(beta1, count));
    Value sum2 = a.sub(one, a.create<PowOp>(beta2, count));
    scale = a.div(rate, sum1);
    root = a.sqrt(sum2);
  }

  void update(Arithmetic &a, Step &step) override {
    Value w = step.decays ? a.mul(kept, step.w) : step.w;
    Value &m = step.states[0], &v = step.states[1];
    m = a.add(a.mul(beta1, m), a.mul(rest1, step.g));
    v = a.add(a.mul(beta2, v), a.mul(rest2, a.square(step.g)));
    Value deviation = a.add(a.div(a.sqrt(v), root), epsilon);
    step.w = a.sub(w, a.mul(scale, a.div(m, deviation)));
  }

private:
  Value rate, beta1, beta2, epsilon, rest1, rest2, kept, scale, root;
};

/// r = trust |w| / (|g| + d |w|);  v = momentum v + rate r (g + d w);  w -= v
class LARS : public Optimizer {
public:
  LARS()
      : Optimizer({{"learning_rate", 0.1},
                   {"momentum", 0.9},
                   {"weight_decay", 0.0005},
                   {"trust_coefficient", 0.001}},
                  {"momentum"}) {}

  void begin(Arithmetic &, ArrayRef<Value> values, Value) override {
    rate = values[0];
    momentum = values[1];
    decay = values[2];
    trust = values[3];
  }

  void update(Arithmetic &a, Step &step) override {
    Value g = step.g, stepRate = rate;
    if (step.decays) {
      Value ofWeights = a.sqrt(sumOfSquares(a, step.w));
      Value ofGradient = a.sqrt(sumOfSquares(a, g));
      Value divisor = a.add(ofGradient, a.mul(decay, ofWeights));
      Value ratio = a.div(a.mul(trust, ofWeights), divisor);
      // Weights that are all zero would stay so.
      Value zero = a.number(ratio, 0);
      Value isUsual = a.create<GreaterOp>(a.mul(ofWeights, ofGradient), zero);
      ratio = a.create<WhereOp>(isUsual, ratio, a.number(ratio, 1));
      stepRate = a.mul(stepRate, ratio);
      g = a.add(g, a.mul(decay, step.w));
    }
    Value &v = step.states[0];
    v = a.add(a.mul(momentum, v), a.mul(stepRate, g));
    step.w = a.sub(step.w, v);
  }

private:
  Value rate, momentum, decay, trust;
};

} // namespace

static std::unique_ptr<Optimizer>
createOptimizer(const OptimizerOptions &options) {
  switch (options.kind) {
  case OptimizerKind::SGD:
    return std::make_unique<SGD>(options.nesterov);
  case OptimizerKind::AdamW:
    return std::make_unique<AdamW>();
  case OptimizerKind::LARS:
    return std::make_unique<LARS>();
  }
  llvm_unreachable("all kinds are above");
}

/// What gradients are multiplied with so that the norm of all together is at
/// most `limit`; 1 if that is 0.
static Value buildClipping(Arithmetic &a, ArrayRef<Value> gradients,
                           Value limit) {
  Value sum;
  for (Value gradient : gradients) {
    Value part = sumOfSquares(a, gradient);
    sum = sum ? a.add(sum, part) : part;
  }
  Value one = a.number(limit, 1);
  // As torch.nn.utils.clip_grad_norm_: not by zero.
  Value norm = a.add(a.sqrt(sum), a.number(limit, 1e-6));
  Value scale = a.min(a.div(limit, norm), one);
  Value isLimited = a.create<GreaterOp>(limit, a.number(limit, 0));
  return a.create<WhereOp>(isLimited, scale, one);
}

namespace {

/// The arguments that belong to a parameter.
struct Arguments {
  BlockArgument w, g;
  SmallVector<BlockArgument> states;
};

} // namespace

void resnetc::resnet::buildUpdate(TrainingFunction &function,
                                  const OptimizerOptions &options,
                                  ArrayRef<OptimizedParameter> parameters) {
  std::unique_ptr<Optimizer> optimizer = createOptimizer(options);
  Arithmetic a(function.getBuilder(), function.getFunction().getLoc());
  SmallVector<Arguments> all(parameters.size());
  for (auto [p, arguments] : llvm::zip_equal(parameters, all))
    arguments.w =
        function.addArgument(p.type, p.name, role::parameter, p.value);
  for (Arguments &arguments : all)
    arguments.g = function.addGradient(arguments.w);
  auto zeros = [&](RankedTensorType type) {
    return a.filled(type.getShape(), type.getElementType(), 0);
  };
  for (auto [p, arguments] : llvm::zip_equal(parameters, all))
    for (StringRef name : optimizer->stateNames)
      arguments.states.push_back(function.addArgument(
          p.type, (p.name + "." + name).str(), role::state, zeros(p.type)));
  BlockArgument count;
  Value nextCount;
  if (optimizer->counts) {
    auto type = RankedTensorType::get({}, a.getBuilder().getF32Type());
    count = function.addArgument(type, "step", role::state, zeros(type));
    nextCount = a.add(count, a.number(count, 1));
  }
  SmallVector<Value> settings;
  for (const Setting &setting : optimizer->settings)
    settings.push_back(function.addSetting(setting.name, setting.value));
  Value limit = function.addSetting("clip_norm", 0);

  SmallVector<Value> gradients;
  for (const Arguments &arguments : all)
    gradients.push_back(arguments.g);
  Value clipping = buildClipping(a, gradients, limit);
  optimizer->begin(a, settings, nextCount);
  SmallVector<Step> steps;
  for (auto [p, arguments] : llvm::zip_equal(parameters, all)) {
    SmallVector<Value> states(arguments.states.begin(), arguments.states.end());
    steps.push_back(
        {arguments.w, a.mul(clipping, arguments.g), states, p.decays});
    optimizer->update(a, steps.back());
  }
  for (auto [arguments, step] : llvm::zip_equal(all, steps))
    function.addUpdate(step.w, arguments.w);
  for (const Arguments &arguments : all) {
    auto type = cast<RankedTensorType>(arguments.g.getType());
    function.addUpdate(a.create<ConstantOp>(zeros(type)), arguments.g);
  }
  for (auto [arguments, step] : llvm::zip_equal(all, steps))
    for (auto [argument, state] :
         llvm::zip_equal(arguments.states, step.states))
      function.addUpdate(state, argument);
  if (count)
    function.addUpdate(nextCount, count);
  function.finish();
}

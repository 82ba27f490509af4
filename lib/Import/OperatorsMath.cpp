//===- OperatorsMath.cpp - Elementwise functions, comparisons, logic ------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NodeImporter.h"

using namespace mlir;
using namespace resnetc::resnet;

namespace resnetc::import {

template <typename OpTy> static void importUnary(NodeImporter &node) {
  node.create<OpTy>(node.getOperand(0));
}

template <typename OpTy> static void importBinary(NodeImporter &node) {
  node.create<OpTy>(node.getOperand(0), getRightOperand(node));
}

/// Any number of operands, from the left.
template <typename OpTy> static void importVariadic(NodeImporter &node) {
  Value result = node.getOperand(0);
  for (Value operand : node.getOperands().drop_front())
    if (result && operand)
      result = node.createInner<OpTy>(result, operand);
  node.forward(result);
}

static void importMean(NodeImporter &node) {
  importVariadic<AddOp>(node);
  if (Value sum = node.getResult()) {
    Value count = node.createFloat(node.getElementType(0),
                                   static_cast<double>(node.getNumOperands()));
    node.forward(node.createInner<DivOp>(sum, count));
  }
}

template <typename OpTy, int alphaPercent>
static void importParametric(NodeImporter &node) {
  APFloat alpha(
      static_cast<double>(node.getFloat("alpha", alphaPercent / 100.0f)));
  node.create<OpTy>(node.getOperand(0), alpha);
}

static void importIsInf(NodeImporter &node) {
  bool negative = node.getBool("detect_negative", true);
  bool positive = node.getBool("detect_positive", true);
  node.create<IsInfOp>(node.getOperand(0), negative, positive);
}

static void importMod(NodeImporter &node) {
  bool fmod = node.getBool("fmod", false);
  node.create<ModOp>(node.getOperand(0), node.getOperand(1), fmod);
}

static void importBitShift(NodeImporter &node) {
  StringRef direction = node.getString("direction", "");
  if (direction != "LEFT" && direction != "RIGHT")
    node.emitError() << "direction is '" << direction
                     << "', but must be LEFT or RIGHT";
  node.create<ShiftOp>(node.getOperand(0), node.getOperand(1),
                       direction == "LEFT");
}

static void importWhere(NodeImporter &node) {
  node.create<WhereOp>(node.getOperand(0), node.getOperand(1),
                       node.getOperand(2));
}

//===----------------------------------------------------------------------===//
// Activations made of other operations
//===----------------------------------------------------------------------===//

/// x where it is not negative, else slope * x.
static void importPRelu(NodeImporter &node) {
  node.create<PReluOp>(node.getOperand(0), getSlope(node));
}

/// gamma * (x where it is positive, else alpha * (e^x - 1)).
static void importSelu(NodeImporter &node) {
  float alpha = node.getFloat("alpha", 1.67326319217681884765625f);
  float gamma = node.getFloat("gamma", 1.05070102214813232421875f);
  Value elu = node.createInner<EluOp>(node.getOperand(0),
                                      APFloat(static_cast<double>(alpha)));
  node.create<MulOp>(elu, node.createFloat(node.getElementType(0), gamma));
}

/// max(0, x) + min(0, alpha * (e^(x / alpha) - 1)) = alpha * elu(x / alpha).
static void importCelu(NodeImporter &node) {
  Value alpha =
      node.createFloat(node.getElementType(0), node.getFloat("alpha", 1.0f));
  Value scaled = node.createInner<DivOp>(node.getOperand(0), alpha);
  Value elu = node.createInner<EluOp>(scaled, APFloat(1.0));
  node.create<MulOp>(elu, alpha);
}

/// max(0, min(1, alpha * x + beta)).
static Value createHardSigmoid(NodeImporter &node, double alpha, double beta) {
  Type element = node.getElementType(0);
  Value product = node.createInner<MulOp>(node.getOperand(0),
                                          node.createFloat(element, alpha));
  Value sum = node.createInner<AddOp>(product, node.createFloat(element, beta));
  return node.createInner<ClipOp>(sum, node.createFloat(element, 0),
                                  node.createFloat(element, 1));
}

static void importHardSigmoid(NodeImporter &node) {
  float alpha = node.getFloat("alpha", 0.2f),
        beta = node.getFloat("beta", 0.5f);
  node.forward(createHardSigmoid(node, alpha, beta));
}

static void importHardSwish(NodeImporter &node) {
  node.create<MulOp>(node.getOperand(0),
                     createHardSigmoid(node, 1.0 / 6.0, 0.5));
}

/// x / (1 + |x|).
static void importSoftsign(NodeImporter &node) {
  Value x = node.getOperand(0);
  Value one = node.createFloat(node.getElementType(0), 1);
  Value size = node.createInner<AbsOp>(x);
  node.create<DivOp>(x, node.createInner<AddOp>(one, size));
}

/// x where it is above alpha, else 0.
static void importThresholdedRelu(NodeImporter &node) {
  Type element = node.getElementType(0);
  Value alpha = node.createFloat(element, node.getFloat("alpha", 1.0f));
  Value x = node.getOperand(0);
  Value above = node.createInner<GreaterOp>(x, alpha);
  node.create<WhereOp>(above, x, node.createFloat(element, 0));
}

/// x + bias below -lambd, x - bias above lambd, else 0.
static void importShrink(NodeImporter &node) {
  Type element = node.getElementType(0);
  double bias = node.getFloat("bias", 0), lambda = node.getFloat("lambd", 0.5f);
  Value x = node.getOperand(0);
  auto constant = [&](double value) {
    return node.createFloat(element, value);
  };
  Value above = node.createInner<GreaterOp>(x, constant(lambda));
  Value below = node.createInner<LessOp>(x, constant(-lambda));
  Value lowered = node.createInner<SubOp>(x, constant(bias));
  Value raised = node.createInner<AddOp>(x, constant(bias));
  Value inner = node.createInner<WhereOp>(below, raised, constant(0));
  node.create<WhereOp>(above, lowered, inner);
}

/// x * tanh(softplus(x)).
static void importMish(NodeImporter &node) {
  Value x = node.getOperand(0);
  Value soft = node.createInner<SoftplusOp>(x);
  node.create<MulOp>(x, node.createInner<TanhOp>(soft));
}

void addMathOperators(OperatorTable &table) {
  table["Abs"] = {importUnary<AbsOp>};
  table["Neg"] = {importUnary<NegOp>};
  table["Exp"] = {importUnary<ExpOp>};
  table["Log"] = {importUnary<LogOp>};
  table["Sqrt"] = {importUnary<SqrtOp>};
  table["Reciprocal"] = {importUnary<ReciprocalOp>};
  table["Ceil"] = {importUnary<CeilOp>};
  table["Floor"] = {importUnary<FloorOp>};
  table["Round"] = {importUnary<RoundOp>};
  table["Sign"] = {importUnary<SignOp>};
  table["Erf"] = {importUnary<ErfOp>};
  table["Sin"] = {importUnary<SinOp>};
  table["Cos"] = {importUnary<CosOp>};
  table["Tan"] = {importUnary<TanOp>};
  table["Asin"] = {importUnary<AsinOp>};
  table["Acos"] = {importUnary<AcosOp>};
  table["Atan"] = {importUnary<AtanOp>};
  table["Sinh"] = {importUnary<SinhOp>};
  table["Cosh"] = {importUnary<CoshOp>};
  table["Tanh"] = {importUnary<TanhOp>};
  table["Asinh"] = {importUnary<AsinhOp>};
  table["Acosh"] = {importUnary<AcoshOp>};
  table["Atanh"] = {importUnary<AtanhOp>};
  table["Softplus"] = {importUnary<SoftplusOp>};
  table["Not"] = {importUnary<NotOp>};
  table["IsNaN"] = {importUnary<IsNaNOp>};
  table["Pow"] = {importBinary<PowOp>, 2, 2};
  table["And"] = {importBinary<AndOp>, 2, 2};
  table["Or"] = {importBinary<OrOp>, 2, 2};
  table["Xor"] = {importBinary<XorOp>, 2, 2};
  table["Equal"] = {importBinary<EqualOp>, 2, 2};
  table["Less"] = {importBinary<LessOp>, 2, 2};
  table["LessOrEqual"] = {importBinary<LessOrEqualOp>, 2, 2};
  table["Greater"] = {importBinary<GreaterOp>, 2, 2};
  table["GreaterOrEqual"] = {importBinary<GreaterOrEqualOp>, 2, 2};
  table["Sum"] = {importVariadic<AddOp>, 1, maxVariadic};
  table["Max"] = {importVariadic<MaxOp>, 1, maxVariadic};
  table["Min"] = {importVariadic<MinOp>, 1, maxVariadic};
  table["Mean"] = {importMean, 1, maxVariadic};
  table["Elu"] = {importParametric<EluOp, 100>};
  table["LeakyRelu"] = {importParametric<LeakyReluOp, 1>};
  table["IsInf"] = {importIsInf};
  table["Mod"] = {importMod, 2, 2};
  table["BitShift"] = {importBitShift, 2, 2};
  table["Where"] = {importWhere, 3, 3};
  table["PRelu"] = {importPRelu, 2, 2};
  table["Selu"] = {importSelu};
  table["Celu"] = {importCelu};
  table["HardSigmoid"] = {importHardSigmoid};
  table["HardSwish"] = {importHardSwish};
  table["Softsign"] = {importSoftsign};
  table["ThresholdedRelu"] = {importThresholdedRelu};
  table["Shrink"] = {importShrink};
  table["Mish"] = {importMish};
}

} // namespace resnetc::import

//===- ThreadBuilder.cpp - Code of one thread of a GPU --------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ThreadBuilder.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/TypeUtilities.h"
#include "resnetc/Target/GPUModel.h"

using namespace mlir;
using namespace resnetc;
using namespace resnetc::kernel;

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

Value ThreadBuilder::constant(int64_t value) {
  return b.createOrFold<arith::ConstantIntOp>(b.getI32Type(), value);
}
Value ThreadBuilder::add(Value a, Value c) {
  return b.createOrFold<arith::AddIOp>(a, c);
}
Value ThreadBuilder::sub(Value a, Value c) {
  return b.createOrFold<arith::SubIOp>(a, c);
}
Value ThreadBuilder::mul(Value a, Value c) {
  return b.createOrFold<arith::MulIOp>(a, c);
}
Value ThreadBuilder::div(Value a, int64_t c) {
  return b.createOrFold<arith::DivUIOp>(a, constant(c));
}
Value ThreadBuilder::div(Value a, Value c) {
  return b.createOrFold<arith::DivUIOp>(a, c);
}
Value ThreadBuilder::rem(Value a, int64_t c) {
  return b.createOrFold<arith::RemUIOp>(a, constant(c));
}
Value ThreadBuilder::bitXor(Value a, Value c) {
  return b.createOrFold<arith::XOrIOp>(a, c);
}
Value ThreadBuilder::min(Value a, Value c) {
  return b.createOrFold<arith::MinSIOp>(a, c);
}
Value ThreadBuilder::max(Value a, Value c) {
  return b.createOrFold<arith::MaxSIOp>(a, c);
}
Value ThreadBuilder::isLess(Value a, Value c) {
  return b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::slt, a, c);
}
Value ThreadBuilder::widen(Value a) {
  if (a.getType().isInteger(64))
    return a;
  return b.createOrFold<arith::ExtSIOp>(b.getI64Type(), a);
}
Value ThreadBuilder::mulWide(Value a, int64_t c) {
  return b.createOrFold<arith::MulIOp>(
      widen(a), arith::ConstantIntOp::create(b, b.getI64Type(), c));
}
Value ThreadBuilder::addWide(Value a, Value c) {
  return b.createOrFold<arith::AddIOp>(widen(a), widen(c));
}

Value ThreadBuilder::thread() {
  return NVVM::ThreadIdXOp::create(b, b.getI32Type());
}
Value ThreadBuilder::block() {
  return NVVM::BlockIdXOp::create(b, b.getI32Type());
}
void ThreadBuilder::barrier() { NVVM::Barrier0Op::create(b); }

static gpu::GPUModuleOp moduleOf(ImplicitLocOpBuilder &b) {
  return b.getInsertionBlock()
      ->getParentOp()
      ->getParentOfType<gpu::GPUModuleOp>();
}

static bool overlapsLaunches(ImplicitLocOpBuilder &b) {
  auto targets = moduleOf(b).getTargetsAttr();
  for (auto target : targets.getAsRange<NVVM::NVVMTargetAttr>())
    if (auto model = GPUModel::get(target.getChip()))
      return model->overlapsLaunches();
    else
      llvm::consumeError(model.takeError());
  return false;
}

void ThreadBuilder::allowNextLaunch() {
  if (overlapsLaunches(b))
    NVVM::GriddepcontrolOp::create(b,
                                   NVVM::GridDepActionKind::launch_dependents);
}
void ThreadBuilder::awaitPreviousLaunch() {
  if (overlapsLaunches(b))
    NVVM::GriddepcontrolOp::create(b, NVVM::GridDepActionKind::wait);
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Value ThreadBuilder::at(Value pointer, Type element, Value index) {
  return LLVM::GEPOp::create(b, pointer.getType(), element, pointer,
                             ArrayRef<LLVM::GEPArg>{index});
}
Value ThreadBuilder::at(Value pointer, Type element, int64_t index) {
  if (index == 0)
    return pointer;
  return LLVM::GEPOp::create(
      b, pointer.getType(), element, pointer,
      ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(index)});
}

/// Bytes of a number or vector.
static unsigned alignmentOf(Type type) {
  int64_t count = 1;
  if (auto vector = dyn_cast<VectorType>(type))
    count = vector.getNumElements();
  return count * getElementTypeOrSelf(type).getIntOrFloatBitWidth() / 8;
}

Value ThreadBuilder::load(Type type, Value pointer) {
  // What more than 16 bytes hold is loaded in pieces.
  return LLVM::LoadOp::create(b, type, pointer,
                              std::min(alignmentOf(type), 16U));
}
void ThreadBuilder::store(Value value, Value pointer) {
  LLVM::StoreOp::create(b, value, pointer,
                        std::min(alignmentOf(value.getType()), 16U));
}

static Value convert(ImplicitLocOpBuilder &b, Value value, Type element) {
  Type from = getElementTypeOrSelf(value);
  if (from == element)
    return value;
  Type type = element;
  if (auto vector = dyn_cast<VectorType>(value.getType()))
    type = vector.clone(element);
  if (element.getIntOrFloatBitWidth() > from.getIntOrFloatBitWidth())
    return arith::ExtFOp::create(b, type, value);
  return arith::TruncFOp::create(b, type, value);
}

Value ThreadBuilder::loadFloats(Type element, int64_t count, Value pointer) {
  Type type = count == 1 ? element : VectorType::get({count}, element);
  return convert(b, load(type, pointer), b.getF32Type());
}
Value ThreadBuilder::toFloats(Value value) {
  return convert(b, value, b.getF32Type());
}
void ThreadBuilder::storeFloats(Value value, Type element, Value pointer) {
  store(convert(b, value, element), pointer);
}

Value ThreadBuilder::zeros(Type type) {
  return arith::ConstantOp::create(b, b.getZeroAttr(type));
}
Value ThreadBuilder::splat(float value, int64_t count) {
  auto number = b.getF32FloatAttr(value);
  if (count == 1)
    return arith::ConstantOp::create(b, number);
  auto type = VectorType::get({count}, b.getF32Type());
  return arith::ConstantOp::create(b, DenseElementsAttr::get(type, value));
}
Value ThreadBuilder::relu(Value value) {
  auto vector = dyn_cast<VectorType>(value.getType());
  return arith::MaximumFOp::create(
      b, value, splat(0, vector ? vector.getNumElements() : 1));
}

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

SmallVector<Value> ThreadBuilder::loop(Value begin, Value end, int64_t step,
                                       ValueRange init, Body body) {
  auto loop = scf::ForOp::create(b, begin, end, constant(step), init);
  // The body is generated when the loop is in the module, where it finds what
  // other code has put there.
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  SmallVector<Value> next =
      body(loop.getInductionVar(), loop.getRegionIterArgs());
  if (!init.empty())
    scf::YieldOp::create(b, next);
  return SmallVector<Value>(loop.getResults());
}

void ThreadBuilder::loop(int64_t begin, int64_t end,
                         function_ref<void(Value)> body) {
  if (end == begin + 1)
    return body(constant(begin));
  loop(constant(begin), constant(end), 1, {},
       [&](Value number, ValueRange) -> SmallVector<Value> {
         body(number);
         return {};
       });
}

void ThreadBuilder::ifThen(Value condition, function_ref<void()> body) {
  auto branch = scf::IfOp::create(b, condition, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  body();
}

//===----------------------------------------------------------------------===//
// Symbols of the module
//===----------------------------------------------------------------------===//

static Value getGlobal(ImplicitLocOpBuilder &b, StringRef name, unsigned space,
                       function_ref<LLVM::GlobalOp(OpBuilder &)> create) {
  gpu::GPUModuleOp module = moduleOf(b);
  auto global = module.lookupSymbol<LLVM::GlobalOp>(name);
  if (!global) {
    OpBuilder top = OpBuilder::atBlockBegin(module.getBody());
    global = create(top);
  }
  return LLVM::AddressOfOp::create(
      b, LLVM::LLVMPointerType::get(b.getContext(), space),
      global.getSymName());
}

Value resnetc::kernel::getSharedMemory(ImplicitLocOpBuilder &b) {
  // Rows of wgmma's operands repeat their pattern every 1024 bytes.
  constexpr unsigned alignment = 1024;
  constexpr StringLiteral name = "resnetc_shared";
  return getGlobal(b, name, sharedSpace, [&](OpBuilder &top) {
    auto type = LLVM::LLVMArrayType::get(b.getI8Type(), 0);
    return LLVM::GlobalOp::create(top, b.getLoc(), type, /*isConstant=*/false,
                                  LLVM::Linkage::External, name, Attribute(),
                                  alignment, sharedSpace);
  });
}

Value resnetc::kernel::getConstantTable(ImplicitLocOpBuilder &b, StringRef name,
                                        ArrayRef<int32_t> values) {
  return getGlobal(b, name, globalSpace, [&](OpBuilder &top) {
    auto count = static_cast<int64_t>(values.size());
    auto type = LLVM::LLVMArrayType::get(b.getI32Type(), values.size());
    auto tensor = RankedTensorType::get({count}, b.getI32Type());
    return LLVM::GlobalOp::create(top, b.getLoc(), type, /*isConstant=*/true,
                                  LLVM::Linkage::Internal, name,
                                  DenseElementsAttr::get(tensor, values),
                                  /*alignment=*/16, globalSpace);
  });
}

//===----------------------------------------------------------------------===//
// ImageAccess
//===----------------------------------------------------------------------===//

ImageAccess::ImageAccess(MemRefType type) : element(type.getElementType()) {
  ArrayRef<int64_t> shape = type.getShape();
  block = shape.size() == 4 ? shape[3] : 1;
  height = shape[1];
  width = shape[2];
  rowStride = width * block;
  planeStride = height * rowStride;
  imageSize = shape[0] * planeStride;
}

Value ImageAccess::index(ThreadBuilder &t, Value n, Value c, Value h,
                         Value w) const {
  Value place = t.add(t.mul(h, rowStride), t.mul(w, block));
  if (block == 1)
    place = t.add(place, t.mul(c, planeStride));
  else
    place = t.add(t.add(place, t.mul(t.div(c, block), planeStride)),
                  t.rem(c, block));
  return t.addWide(t.mulWide(n, imageSize), place);
}

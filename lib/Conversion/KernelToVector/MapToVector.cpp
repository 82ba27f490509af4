//===- MapToVector.cpp - Elementwise functions ----------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Generates `kernel.map`: loops over the output with the innermost dimension in
// vectors; the body's operations are elementwise, so they take vectors as they
// are.
//
//===----------------------------------------------------------------------===//

#include "VectorLowering.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace resnetc::kernel;

namespace {

class MapGenerator {
public:
  MapGenerator(ImplicitLocOpBuilder &b, MapOp op, ValueRange buffers)
      : b(b), index(b), op(op) {
    for (Value buffer : buffers)
      operands.emplace_back(b, buffer);
    rank = static_cast<int64_t>(op.getSize().size());
  }

  void unit(Value number);

private:
  void nest(int64_t dimension, SmallVector<Value> &position);
  void element(ArrayRef<Value> position, int64_t lanes);
  Value at(unsigned operand, ArrayRef<Value> position);

  ImplicitLocOpBuilder &b;
  IndexBuilder index;
  MapOp op;
  SmallVector<FlatBuffer> operands;
  int64_t rank;
};

} // namespace

Value MapGenerator::at(unsigned operand, ArrayRef<Value> position) {
  const FlatBuffer &buffer = operands[operand];
  Value result = index.constant(0);
  for (int64_t d = 0; d < rank; ++d) {
    int64_t offset =
        d == 1 || d == 2 ? op.getOffsets()[2 * operand + d - 1] : 0;
    bool broadcast = buffer.shape[d] == 1;
    Value coordinate =
        broadcast ? index.constant(0) : index.add(position[d], offset);
    result = index.add(result, index.mul(coordinate, buffer.strides[d]));
  }
  return result;
}

/// The body for `lanes` neighbouring elements.
void MapGenerator::element(ArrayRef<Value> position, int64_t lanes) {
  auto widened = [&](Type type) -> Type {
    return lanes == 1 ? type : VectorType::get({lanes}, type);
  };
  IRMapping mapping;
  for (auto [i, argument] : llvm::enumerate(op.getBody().getArguments())) {
    const FlatBuffer &buffer = operands[i];
    Value where = at(i, position);
    Value value;
    if (lanes == 1) {
      value = buffer.load(b, where);
    } else if (buffer.shape[rank - 1] == 1) {
      value = vector::BroadcastOp::create(b, widened(argument.getType()),
                                          buffer.load(b, where));
    } else {
      value = buffer.loadVector(b, where, lanes);
    }
    mapping.map(argument, value);
  }
  for (Operation &inner : op.getBody().front().without_terminator()) {
    if (auto constant = dyn_cast<arith::ConstantOp>(inner);
        constant && lanes > 1) {
      auto type = cast<ShapedType>(widened(constant.getType()));
      mapping.map(constant.getResult(),
                  arith::ConstantOp::create(
                      b, DenseElementsAttr::get(type, constant.getValue())));
      continue;
    }
    Operation *clone = b.clone(inner, mapping);
    for (OpResult result : clone->getResults())
      result.setType(widened(result.getType()));
  }
  auto yield = cast<YieldOp>(op.getBody().front().getTerminator());
  operands.back().store(b, mapping.lookup(yield.getValues()[0]),
                        at(operands.size() - 1, position));
}

void MapGenerator::nest(int64_t dimension, SmallVector<Value> &position) {
  int64_t size = op.getSize()[dimension];
  if (dimension + 1 < rank) {
    index.loop(0, size, [&](Value iv) {
      position.push_back(iv);
      nest(dimension + 1, position);
      position.pop_back();
    });
    return;
  }
  // A block is a vector; a longer run is cut into vectors of 8, which every
  // target can split or join.
  int64_t lanes = rank == 4 ? size : 8;
  int64_t vectors = size / lanes * lanes;
  auto body = [&](int64_t width) {
    return [this, &position, width](Value iv) {
      position.push_back(iv);
      element(position, width);
      position.pop_back();
    };
  };
  index.loop(0, vectors, body(lanes), lanes);
  index.loop(vectors, size, body(1));
}

void MapGenerator::unit(Value number) {
  SmallVector<Value> position{number};
  nest(1, position);
}

namespace {

struct MapLowering
    : VectorLoweringOpInterface::ExternalModel<MapLowering, MapOp> {
  LogicalResult buildKernel(Operation *op, ImplicitLocOpBuilder &b,
                            ValueRange buffers, Value begin, Value end) const {
    if (cast<MapOp>(op).getSize().size() < 2)
      return op->emitOpError("needs at least two dimensions");
    MapGenerator generator(b, cast<MapOp>(op), buffers);
    IndexBuilder(b).loop(begin, end,
                         [&](Value number) { generator.unit(number); });
    return success();
  }
};

} // namespace

void resnetc::kernel::registerMapLowering(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    MapOp::attachInterface<MapLowering>(*context);
  });
}

//===- MapToVector.cpp - Elementwise functions ----------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Generates `kernel.map`: loops over the output with the innermost dimension in
// vectors.
//
//===----------------------------------------------------------------------===//

#include "MapBody.h"

using namespace mlir;
using namespace resnetc::kernel;

namespace {

class MapGenerator {
public:
  MapGenerator(ImplicitLocOpBuilder &b, MapOp op, ValueRange buffers)
      : b(b), index(b), op(op),
        body(b, op.getBody().front(), op.getOffsets(), buffers),
        rank(static_cast<int64_t>(op.getSize().size())) {}

  void unit(Value number);

private:
  void nest(int64_t dimension, SmallVector<Value> &position);
  void element(ArrayRef<Value> position, int64_t lanes);

  ImplicitLocOpBuilder &b;
  IndexBuilder index;
  MapOp op;
  MapBody body;
  int64_t rank;
};

} // namespace

void MapGenerator::element(ArrayRef<Value> position, int64_t lanes) {
  SmallVector<Value> values = body.compute(position, lanes);
  unsigned output = op.getInputs().size();
  body.operand(output).store(b, values[0], body.at(output, position));
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
  auto elements = [&](int64_t width) {
    return [this, &position, width](Value iv) {
      position.push_back(iv);
      element(position, width);
      position.pop_back();
    };
  };
  index.loop(0, vectors, elements(lanes), lanes);
  index.loop(vectors, size, elements(1));
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

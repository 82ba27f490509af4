//===- ResNetDialect.td - The resnet dialect ------------- -*- tablegen -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_RESNET_IR_RESNETDIALECT_TD
#define RESNETC_DIALECT_RESNET_IR_RESNETDIALECT_TD

include "mlir/IR/OpBase.td"

def ResNet_Dialect : Dialect {
  let name = "resnet";
  let summary = "What a residual network computes: ONNX semantics on tensors";
  let description = [{
    Operations have the semantics of the ONNX operators they are named after,
    on tensors in logical NCHW; the leading dimension, the batch, may be
    dynamic. Values that ONNX computes shapes from (`resnet.shape`, the second
    operand of `resnet.reshape`, ...) are ordinary integer tensors; they become
    constants in `resnet-infer-shapes`, and every later pass requires that.

    Fused work is visible in operands: `resnet.conv` has an optional bias, an
    optional residual and an activation.

    An operation's location is the ONNX node it came from:
    `loc("node name"("OpType"("model.onnx":index:0)))`.
  }];
  let cppNamespace = "::resnetc::resnet";
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

#endif // RESNETC_DIALECT_RESNET_IR_RESNETDIALECT_TD

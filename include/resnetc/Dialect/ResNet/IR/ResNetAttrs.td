//===- ResNetAttrs.td - Attributes of the resnet dialect - -*- tablegen -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_RESNET_IR_RESNETATTRS_TD
#define RESNETC_DIALECT_RESNET_IR_RESNETATTRS_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/TensorEncoding.td"
include "resnetc/Dialect/ResNet/IR/ResNetDialect.td"

def ResNet_Activation : I32EnumAttr<"Activation",
    "function applied to each element of a fused operation's result", [
      I32EnumAttrCase<"none", 0>,
      I32EnumAttrCase<"relu", 1>]> {
  let cppNamespace = "::resnetc::resnet";
  let genSpecializedAttr = 0;
}

def ResNet_ActivationAttr
    : EnumAttr<ResNet_Dialect, ResNet_Activation, "activation"> {
  let assemblyFormat = "`<` $value `>`";
}

def ResNet_Reduction : I32EnumAttr<"Reduction",
    "what a reduction makes of the elements along its axes", [
      I32EnumAttrCase<"sum", 0>,
      I32EnumAttrCase<"prod", 1>,
      I32EnumAttrCase<"max", 2>,
      I32EnumAttrCase<"min", 3>,
      I32EnumAttrCase<"l1", 4>,
      I32EnumAttrCase<"l2", 5>,
      I32EnumAttrCase<"sum_square", 6>,
      I32EnumAttrCase<"log_sum", 7>,
      I32EnumAttrCase<"log_sum_exp", 8>]> {
  let cppNamespace = "::resnetc::resnet";
  let genSpecializedAttr = 0;
}

def ResNet_ReductionAttr
    : EnumAttr<ResNet_Dialect, ResNet_Reduction, "reduction"> {
  let assemblyFormat = "`<` $value `>`";
}

def ResNet_LayoutAttr : AttrDef<ResNet_Dialect, "Layout", [
    DeclareAttrInterfaceMethods<VerifiableTensorEncoding>]> {
  let mnemonic = "layout";
  let summary = "How a tensor in logical NCHW lies in memory";
  let description = [{
    The encoding of a tensor `NxCxHxW`, or of `NxC` taken as `NxCx1x1`. `block` channels lie together,
    innermost (the layout is called `NCHW8c` for `block = 8`); 1 means plain
    NCHW. Channels are padded with zeros to a multiple of `block`. `halo` is
    the width of a border of zeros around each plane, in the order of ONNX's
    `pads` (top, left, bottom, right): a padded convolution reads it in place
    of testing bounds.

    ```mlir
    // 64 channels in 8 blocks of 8, planes of 56x56 inside 58x58:
    // in memory ?x8x58x58x8
    tensor<?x64x56x56xf32, #resnet.layout<block = 8, halo = [1, 1, 1, 1]>>
    ```
  }];
  let parameters = (ins "int64_t":$block, ArrayRefParameter<"int64_t">:$halo);
  let assemblyFormat = "`<` `block` `=` $block `,` `halo` `=` `[` $halo `]` `>`";
  let genVerifyDecl = 1;
}

#endif // RESNETC_DIALECT_RESNET_IR_RESNETATTRS_TD

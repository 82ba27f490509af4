//===- ResNetReductionOps.td - Results along axes -------- -*- tablegen -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What depends on more of a tensor than the element at its place: reductions,
// and what is made of all elements along an axis.
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_RESNET_IR_RESNETREDUCTIONOPS_TD
#define RESNETC_DIALECT_RESNET_IR_RESNETREDUCTIONOPS_TD

include "resnetc/Dialect/ResNet/IR/ResNetBase.td"

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

def ResNet_ReduceMeanOp : ResNet_Op<"reduce_mean", [Differentiable]> {
  let summary = "Mean along axes";
  let description = [{
    ReduceMean (opset 18): `axes` is an integer vector; absent means all axes,
    or none with `noop_with_empty_axes`. Of integers it is rounded towards zero.

    ```mlir
    %y = resnet.reduce_mean %x, %axes {keepdims = false}
       : (tensor<?x512x7x7xf32>, tensor<2xi64>) -> tensor<?x512xf32>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input,
                       Optional<ResNet_ShapeTensor>:$axes,
                       DefaultValuedAttr<BoolAttr, "true">:$keepdims,
                       DefaultValuedAttr<BoolAttr, "false">:$noop_with_empty_axes);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input (`,` $axes^)? attr-dict `:` functional-type(operands, results)";
  let hasCanonicalizer = 1;
}

def ResNet_ReduceOp : ResNet_Op<"reduce", [Differentiable]> {
  let summary = "Sum, product, extreme or norm along axes";
  let description = [{
    The `kind` says which of ONNX's ReduceSum, ReduceProd, ReduceMax, ReduceMin,
    ReduceL1, ReduceL2, ReduceSumSquare, ReduceLogSum and ReduceLogSumExp
    (opset 18). `axes` is an integer vector; absent or empty means all axes, or
    none with `noop_with_empty_axes`. `log_sum_exp` does not overflow.

    ```mlir
    %y = resnet.reduce %x, %axes {keepdims = false, kind = #resnet.reduction<sum>}
       : (tensor<?x512x7x7xf32>, tensor<2xi64>) -> tensor<?x512xf32>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input,
                       Optional<ResNet_ShapeTensor>:$axes,
                       ResNet_ReductionAttr:$kind,
                       DefaultValuedAttr<BoolAttr, "true">:$keepdims,
                       DefaultValuedAttr<BoolAttr, "false">:$noop_with_empty_axes);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input (`,` $axes^)? attr-dict `:` functional-type(operands, results)";
}

class ResNet_ArgOp<string mnemonic, string which, string operator>
    : ResNet_Op<mnemonic> {
  let summary = "Where the " # which # " element along an axis is";
  let description = "Indices of the " # which # " elements (" # operator # [{,
    opset 13): of equal ones the first, or with `select_last_index` the last.

    ```mlir
    %i = resnet.}] # mnemonic # [{ %x {axis = 1 : i64, keepdims = false}
       : (tensor<?x1000xf32>) -> tensor<?xi64>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input,
                       DefaultValuedAttr<ResNet_IntAttr, "0">:$axis,
                       DefaultValuedAttr<BoolAttr, "true">:$keepdims,
                       DefaultValuedAttr<BoolAttr, "false">:$select_last_index);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

def ResNet_ArgMaxOp : ResNet_ArgOp<"arg_max", "largest", "ArgMax">;
def ResNet_ArgMinOp : ResNet_ArgOp<"arg_min", "smallest", "ArgMin">;

//===----------------------------------------------------------------------===//
// Of the shape of the operand
//===----------------------------------------------------------------------===//

def ResNet_HardmaxOp : ResNet_Op<"hardmax"> {
  let summary = "1 at the largest element along one axis, 0 elsewhere";
  let description = [{
    Of equal elements the first counts (Hardmax, opset 13). With `flatten`, the
    form of opsets before 13: along all dimensions from `axis`.

    ```mlir
    %y = resnet.hardmax %x {axis = 1 : i64} : (tensor<?x10xf32>) -> tensor<?x10xf32>
    ```
  }];
  let arguments = (ins ResNet_FloatTensor:$input,
                       DefaultValuedAttr<ResNet_IntAttr, "-1">:$axis,
                       DefaultValuedAttr<BoolAttr, "false">:$flatten);
  let results = (outs ResNet_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

def ResNet_CumSumOp : ResNet_Op<"cumsum"> {
  let summary = "Sums of the elements up to each along an axis";
  let description = [{
    CumSum (opset 14): `axis` is a scalar. The element itself counts unless
    `exclusive`; with `reverse` the sums are of the elements from each on.

    ```mlir
    %y = resnet.cumsum %x, %axis {exclusive = true}
       : (tensor<5xf64>, tensor<i32>) -> tensor<5xf64>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input, ResNet_ShapeTensor:$axis,
                       DefaultValuedAttr<BoolAttr, "false">:$exclusive,
                       DefaultValuedAttr<BoolAttr, "false">:$reverse);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input `,` $axis attr-dict `:` functional-type(operands, results)";
}

def ResNet_LrnOp : ResNet_Op<"lrn", [Differentiable]> {
  let summary = "Normalization by the channels around each";
  let description = [{
    `x / (bias + alpha / size * s)^beta`, where `s` is the sum of the squares in
    `size` channels, of which `floor((size - 1) / 2)` lie before (LRN, opset 13).

    ```mlir
    %y = resnet.lrn %x {size = 5 : i64, alpha = 1.0e-4 : f32, beta = 7.5e-1 : f32,
                        bias = 1.0 : f32} : (tensor<?x64x8x8xf32>) -> tensor<?x64x8x8xf32>
    ```
  }];
  let arguments = (ins ResNet_FloatTensor:$input, ResNet_IntAttr:$size,
                       DefaultValuedAttr<F32Attr, "1.0e-4f">:$alpha,
                       DefaultValuedAttr<F32Attr, "0.75f">:$beta,
                       DefaultValuedAttr<F32Attr, "1.0f">:$bias);
  let results = (outs ResNet_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

//===----------------------------------------------------------------------===//
// Losses
//===----------------------------------------------------------------------===//

def ResNet_PickClassOp : ResNet_Op<"pick_class", [Differentiable]> {
  let summary = "The element of the class that a target names";
  let description = [{
    For each element `t` of `target`, of shape `N x ...`, the element of `input`
    of class `t`: `input` has shape `N x C x ...`, or `C` where it is the same
    at all places (the weights of classes). 0 where `t` is `ignore_index`. It is
    what NegativeLogLikelihoodLoss (opset 13) is made of.

    ```mlir
    %y = resnet.pick_class %x, %target {ignore_index = 255 : i64}
       : (tensor<?x21x8x8xf32>, tensor<?x8x8xi64>) -> tensor<?x8x8xf32>
    ```
  }];
  let arguments = (ins ResNet_FloatTensor:$input, ResNet_ShapeTensor:$target,
                       OptionalAttr<ResNet_IntAttr>:$ignore_index);
  let results = (outs ResNet_FloatTensor:$result);
  let assemblyFormat = "$input `,` $target attr-dict `:` functional-type(operands, results)";
}

#endif // RESNETC_DIALECT_RESNET_IR_RESNETREDUCTIONOPS_TD

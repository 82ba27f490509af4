//===- ResNetOps.td - Operations of the resnet dialect --- -*- tablegen -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Groups under a banner; within a group in the order a network uses them.
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_RESNET_IR_RESNETOPS_TD
#define RESNETC_DIALECT_RESNET_IR_RESNETOPS_TD

include "resnetc/Dialect/ResNet/IR/ResNetElementwiseOps.td"
include "resnetc/Dialect/ResNet/IR/ResNetReductionOps.td"
include "resnetc/Dialect/ResNet/IR/ResNetIndexingOps.td"
include "resnetc/Dialect/ResNet/IR/ResNetMovementOps.td"
include "resnetc/Dialect/ResNet/IR/ResNetSamplingOps.td"
include "resnetc/Dialect/ResNet/IR/ResNetTrainingOps.td"

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

def ResNet_ConstantOp : ResNet_Op<"constant", [ConstantLike,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmResultNames"]>]> {
  let summary = "A constant tensor: a weight, or a value known at compile time";
  let description = [{
    Weights are `dense_resource` attributes that point into the model's file.

    ```mlir
    %w = resnet.constant dense_resource<conv1.weight> : tensor<64x3x7x7xf32>
    ```
  }];
  let arguments = (ins ElementsAttr:$value);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "attr-dict $value";
  let hasFolder = 1;
}

//===----------------------------------------------------------------------===//
// Convolution and matrix product
//===----------------------------------------------------------------------===//

def ResNet_ConvOp : ResNet_Op<"conv", [AttrSizedOperandSegments, BlockedLayout,
                                      Learning]> {
  let summary = "Convolution with optional bias, residual and activation";
  let description = [{
    `activation(conv(input, weight) + bias + residual)`, where the convolution
    is ONNX's Conv (opset 11): `input` is N x C x H x W, `weight`
    M x C/group x kH x kW, `bias` M, and `residual` has the result's shape.
    `pads` are those of ONNX: top, left, bottom, right. `auto_pad` other than
    `NOTSET` is resolved into `pads` by `resnet-infer-shapes`.

    ```mlir
    %y = resnet.conv %x, %w bias %b residual %s
           {activation = #resnet.activation<relu>, pads = array<i64: 1, 1, 1, 1>}
       : (tensor<?x64x56x56xf32>, tensor<64x64x3x3xf32>, tensor<64xf32>,
          tensor<?x64x56x56xf32>) -> tensor<?x64x56x56xf32>
    ```
  }];
  let arguments = (ins
    ResNet_Tensor:$input,
    ResNet_Tensor:$weight,
    Optional<ResNet_Tensor>:$bias,
    Optional<ResNet_Tensor>:$residual,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$pads,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilations,
    DefaultValuedAttr<ResNet_IntAttr, "1">:$group,
    DefaultValuedStrAttr<StrAttr, "NOTSET">:$auto_pad,
    DefaultValuedAttr<ResNet_ActivationAttr, "Activation::none">:$activation
  );
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = [{
    $input `,` $weight (`bias` $bias^)? (`residual` $residual^)? attr-dict
    `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
}

def ResNet_ConvTransposeOp : ResNet_Op<"conv_transpose", [Learning]> {
  let summary = "Transposed convolution with optional bias";
  let description = [{
    ConvTranspose (opset 11): each element of `input`, N x C x H x W, adds
    itself times the taps of `weight`, C x M/group x kH x kW, to the result,
    from `strides` times its place. `pads` are cut off the result; negative ones
    and `output_padding` add to it.

    ```mlir
    %y = resnet.conv_transpose %x, %w {strides = array<i64: 2, 2>}
       : (tensor<?x64x28x28xf32>, tensor<64x32x2x2xf32>) -> tensor<?x32x56x56xf32>
    ```
  }];
  let arguments = (ins
    ResNet_Tensor:$input,
    ResNet_Tensor:$weight,
    Optional<ResNet_Tensor>:$bias,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$pads,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilations,
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0}">:$output_padding,
    DefaultValuedAttr<ResNet_IntAttr, "1">:$group
  );
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = [{
    $input `,` $weight (`bias` $bias^)? attr-dict
    `:` functional-type(operands, results)
  }];
}

def ResNet_GemmOp : ResNet_Op<"gemm", [BlockedLayout, Learning]> {
  let summary = "Matrix product of ONNX's Gemm";
  let description = [{
    `alpha * a' * b' + beta * c` (Gemm, opset 13), where `'` transposes when
    `trans_a` or `trans_b` is set, and `c`, if present, is broadcast to the
    result.

    ```mlir
    %y = resnet.gemm %x, %w, %b {trans_b = true}
       : (tensor<?x512xf32>, tensor<1000x512xf32>, tensor<1000xf32>) -> tensor<?x1000xf32>
    ```
  }];
  let arguments = (ins
    ResNet_Tensor:$a,
    ResNet_Tensor:$b,
    Optional<ResNet_Tensor>:$c,
    DefaultValuedAttr<BoolAttr, "false">:$trans_a,
    DefaultValuedAttr<BoolAttr, "false">:$trans_b,
    DefaultValuedAttr<F32Attr, "1.0f">:$alpha,
    DefaultValuedAttr<F32Attr, "1.0f">:$beta
  );
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = [{
    $a `,` $b (`,` $c^)? attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def ResNet_MatMulOp : ResNet_Op<"matmul", [Learning]> {
  let summary = "Matrix product of NumPy's matmul";
  let description = [{
    MatMul (opset 13): leading dimensions are broadcast.

    ```mlir
    %y = resnet.matmul %x, %w : (tensor<?x64xf32>, tensor<64x10xf32>) -> tensor<?x10xf32>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$a, ResNet_Tensor:$b);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$a `,` $b attr-dict `:` functional-type(operands, results)";
  let hasCanonicalizer = 1;
}

def ResNet_EinsumOp : ResNet_Op<"einsum"> {
  let summary = "Sum of products over named dimensions";
  let description = [{
    Einsum (opset 12). `labels` names the dimensions of each input by numbers;
    dimensions of the same name are the same index (of size 1, broadcast). Names
    below `rank` are the dimensions of the result, in this order; over all
    others the product of the inputs' elements is summed up.

    ```mlir
    // "ij,jk->ik"
    %y = resnet.einsum %a, %b {labels = [array<i64: 0, 2>, array<i64: 2, 1>], rank = 2 : i64}
       : (tensor<3x4xf32>, tensor<4x5xf32>) -> tensor<3x5xf32>
    ```
  }];
  let arguments = (ins Variadic<ResNet_Tensor>:$inputs,
                       TypedArrayAttrBase<DenseI64ArrayAttr, "lists of names">:$labels,
                       ResNet_IntAttr:$rank);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$inputs attr-dict `:` functional-type(operands, results)";
}

//===----------------------------------------------------------------------===//
// Normalization
//===----------------------------------------------------------------------===//

def ResNet_BatchNormOp : ResNet_Op<"batch_norm", [BlockedLayout, Learning]> {
  let summary = "Batch normalization with given statistics";
  let description = [{
    `scale * (input - mean) / sqrt(variance + epsilon) + offset` by channel
    (BatchNormalization, opset 15, inference form). All parameters have shape
    C.

    ```mlir
    %y = resnet.batch_norm %x, %scale, %offset, %mean, %variance {epsilon = 1.0e-5 : f32}
       : (tensor<?x64x56x56xf32>, tensor<64xf32>, tensor<64xf32>, tensor<64xf32>,
          tensor<64xf32>) -> tensor<?x64x56x56xf32>
    ```
  }];
  let arguments = (ins
    ResNet_FloatTensor:$input, ResNet_FloatTensor:$scale,
    ResNet_FloatTensor:$offset, ResNet_FloatTensor:$mean,
    ResNet_FloatTensor:$variance,
    DefaultValuedAttr<F32Attr, "1.0e-5f">:$epsilon
  );
  let results = (outs ResNet_FloatTensor:$result);
  let assemblyFormat = [{
    $input `,` $scale `,` $offset `,` $mean `,` $variance attr-dict
    `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def ResNet_SoftmaxOp : ResNet_Op<"softmax", [Differentiable]> {
  let summary = "Softmax along one axis";
  let description = [{
    `exp(x - max) / sum(exp(x - max))` along `axis` (Softmax, opset 13). With
    `flatten`, the form of opsets before 13: along all dimensions from `axis`.

    ```mlir
    %y = resnet.softmax %x {axis = 1 : i64} : (tensor<?x1000xf32>) -> tensor<?x1000xf32>
    ```
  }];
  let arguments = (ins ResNet_FloatTensor:$input,
                       DefaultValuedAttr<ResNet_IntAttr, "-1">:$axis,
                       DefaultValuedAttr<BoolAttr, "false">:$flatten);
  let results = (outs ResNet_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

def ResNet_ClipOp : ResNet_Op<"clip", [AttrSizedOperandSegments, BlockedLayout,
                                      Differentiable]> {
  let summary = "Each element limited to a range";
  let description = [{
    `min(max(x, min), max)` (Clip, opset 13). `min` and `max` are scalars; an
    absent one is no limit.

    ```mlir
    %y = resnet.clip %x min %zero max %six
       : (tensor<?x64x56x56xf32>, tensor<f32>, tensor<f32>) -> tensor<?x64x56x56xf32>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input, Optional<ResNet_Tensor>:$min,
                       Optional<ResNet_Tensor>:$max);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = [{
    $input (`min` $min^)? (`max` $max^)? attr-dict
    `:` functional-type(operands, results)
  }];
  let hasCanonicalizer = 1;
}

def ResNet_CastOp : ResNet_Op<"cast", [Differentiable]> {
  let summary = "Conversion to another element type";
  let description = [{
    Cast (opset 13). The result's element type is `to`.

    ```mlir
    %y = resnet.cast %x {to = i64} : (tensor<4xi32>) -> tensor<4xi64>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input, TypeAttr:$to);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasCanonicalizer = 1;
}

//===----------------------------------------------------------------------===//
// Pooling
//===----------------------------------------------------------------------===//

class ResNet_PoolOp<string mnemonic, dag extra = (ins)>
    : ResNet_Op<mnemonic, [BlockedLayout, Differentiable]> {
  let arguments = !con((ins
    ResNet_Tensor:$input,
    DenseI64ArrayAttr:$kernel_shape,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$pads,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilations,
    DefaultValuedAttr<BoolAttr, "false">:$ceil_mode,
    DefaultValuedStrAttr<StrAttr, "NOTSET">:$auto_pad), extra);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def ResNet_MaxPoolOp : ResNet_PoolOp<"max_pool"> {
  let summary = "Largest element of each window";
  let description = [{
    MaxPool (opset 12) without indices; padding never wins.

    ```mlir
    %y = resnet.max_pool %x {kernel_shape = array<i64: 3, 3>,
                             pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>}
       : (tensor<?x64x112x112xf32>) -> tensor<?x64x56x56xf32>
    ```
  }];
  let hasCanonicalizer = 1;
}

def ResNet_MaxPoolIndicesOp : ResNet_Op<"max_pool_indices"> {
  let summary = "Place of the largest element of each window";
  let description = [{
    The second result of MaxPool (opset 12): the place of each window's largest
    element (of several the first) in the flattened input; with `storage_order`
    planes are flattened by columns.

    ```mlir
    %i = resnet.max_pool_indices %x {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>}
       : (tensor<1x64x28x28xf32>) -> tensor<1x64x14x14xi64>
    ```
  }];
  let arguments = (ins
    ResNet_Tensor:$input,
    DenseI64ArrayAttr:$kernel_shape,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$pads,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilations,
    DefaultValuedAttr<BoolAttr, "false">:$ceil_mode,
    DefaultValuedStrAttr<StrAttr, "NOTSET">:$auto_pad,
    DefaultValuedAttr<BoolAttr, "false">:$storage_order);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

def ResNet_MaxUnpoolOp : ResNet_Op<"max_unpool"> {
  let summary = "Elements put back where they were the largest";
  let description = [{
    MaxUnpool (opset 11): zeros, but each element of `input` at its place in
    `indices`, which are places in a flattened tensor of `indexed_shape`; the
    result has `output_shape`, which is not smaller.

    ```mlir
    %y = resnet.max_unpool %x, %i {indexed_shape = array<i64: 1, 1, 4, 4>,
                                   output_shape = array<i64: 1, 1, 4, 4>}
       : (tensor<1x1x2x2xf32>, tensor<1x1x2x2xi64>) -> tensor<1x1x4x4xf32>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input, ResNet_Tensor:$indices,
                       DenseI64ArrayAttr:$indexed_shape,
                       DenseI64ArrayAttr:$output_shape);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = [{
    $input `,` $indices attr-dict `:` functional-type(operands, results)
  }];
}

def ResNet_AvgPoolOp : ResNet_PoolOp<"avg_pool",
    (ins DefaultValuedAttr<BoolAttr, "false">:$count_include_pad)> {
  let summary = "Mean of each window";
  let description = [{
    AveragePool (opset 19). Padding counts in the divisor only with
    `count_include_pad`; what `ceil_mode` adds beyond the padding never does.

    ```mlir
    %y = resnet.avg_pool %x {kernel_shape = array<i64: 8, 8>, strides = array<i64: 8, 8>}
       : (tensor<?x64x8x8xf32>) -> tensor<?x64x1x1xf32>
    ```
  }];
  let hasCanonicalizer = 1;
}

def ResNet_GlobalAvgPoolOp : ResNet_Op<"global_avg_pool", [BlockedLayout,
                                                   Differentiable]> {
  let summary = "Mean of each plane";
  let description = [{
    GlobalAveragePool (opset 1): spatial dimensions become 1.

    ```mlir
    %y = resnet.global_avg_pool %x : (tensor<?x512x7x7xf32>) -> tensor<?x512x1x1xf32>
    ```
  }];
  let arguments = (ins ResNet_FloatTensor:$input);
  let results = (outs ResNet_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

//===----------------------------------------------------------------------===//
// Layout
//===----------------------------------------------------------------------===//

def ResNet_ReorderOp : ResNet_Op<"reorder"> {
  let summary = "The same tensor in another layout";
  let description = [{
    Inserted by `resnet-assign-layout`; only the encodings differ.

    ```mlir
    %y = resnet.reorder %x : (tensor<?x3x224x224xf32>)
       -> tensor<?x3x224x224xf32, #resnet.layout<block = 1, halo = [3, 3, 3, 3]>>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

#endif // RESNETC_DIALECT_RESNET_IR_RESNETOPS_TD

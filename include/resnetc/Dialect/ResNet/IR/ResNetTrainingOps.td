//===- ResNetTrainingOps.td - What only gradients need ---- -*- tablegen -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operations that gradients are made of, and the statistics of a batch. None
// of them is one of ONNX.
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_RESNET_IR_RESNETTRAININGOPS_TD
#define RESNETC_DIALECT_RESNET_IR_RESNETTRAININGOPS_TD

include "resnetc/Dialect/ResNet/IR/ResNetBase.td"

//===----------------------------------------------------------------------===//
// Convolutions and pools
//===----------------------------------------------------------------------===//

def ResNet_ConvFilterGradientOp
    : ResNet_Op<"conv_filter_gradient", [BlockedLayout, Differentiable]> {
  let summary = "Gradient of a convolution with respect to its weight";
  let description = [{
    Of `resnet.conv` with these attributes, from its input, N x C x H x W, and
    the gradient with respect to its result, N x M x OH x OW: element (m, c, t)
    of the result, M x C/group x kH x kW, is the sum over all examples and
    places of the gradient of channel m there, times what tap t reads there of
    input channel c of m's group.

    ```mlir
    %w = resnet.conv_filter_gradient %x, %g
           {kernel_shape = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>}
       : (tensor<?x64x56x56xf32>, tensor<?x64x56x56xf32>) -> tensor<64x64x3x3xf32>
    ```
  }];
  let arguments = (ins
    ResNet_FloatTensor:$input,
    ResNet_FloatTensor:$gradient,
    DenseI64ArrayAttr:$kernel_shape,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$pads,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilations,
    DefaultValuedAttr<ResNet_IntAttr, "1">:$group
  );
  let results = (outs ResNet_FloatTensor:$result);
  let assemblyFormat = [{
    $input `,` $gradient attr-dict `:` functional-type(operands, results)
  }];
}

def ResNet_MaxPoolGradientOp : ResNet_Op<"max_pool_gradient", [BlockedLayout]> {
  let summary = "Gradient of a max_pool with respect to its input";
  let description = [{
    Zeros in the shape of `input`, to which each window of `resnet.max_pool`
    with these attributes adds its element of `gradient` where its largest
    element is: of equal ones at the first in row-major order, and of several
    that are no numbers at the last.

    ```mlir
    %y = resnet.max_pool_gradient %x, %g
           {kernel_shape = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>,
            strides = array<i64: 2, 2>}
       : (tensor<?x64x112x112xf32>, tensor<?x64x56x56xf32>) -> tensor<?x64x112x112xf32>
    ```
  }];
  let arguments = (ins
    ResNet_FloatTensor:$input,
    ResNet_FloatTensor:$gradient,
    DenseI64ArrayAttr:$kernel_shape,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$pads,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilations,
    DefaultValuedAttr<BoolAttr, "false">:$ceil_mode
  );
  let results = (outs ResNet_FloatTensor:$result);
  let assemblyFormat = [{
    $input `,` $gradient attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def ResNet_AvgPoolGradientOp
    : ResNet_Op<"avg_pool_gradient", [BlockedLayout, Differentiable]> {
  let summary = "Gradient of an avg_pool with respect to its input";
  let description = [{
    Zeros in planes of `input_shape`, to which each window of `resnet.avg_pool`
    with these attributes adds its element of `gradient`, divided by what the
    window's sum was divided by.

    ```mlir
    %y = resnet.avg_pool_gradient %g
           {input_shape = array<i64: 8, 8>, kernel_shape = array<i64: 2, 2>,
            strides = array<i64: 2, 2>}
       : (tensor<?x64x4x4xf32>) -> tensor<?x64x8x8xf32>
    ```
  }];
  let arguments = (ins
    ResNet_FloatTensor:$gradient,
    DenseI64ArrayAttr:$input_shape,
    DenseI64ArrayAttr:$kernel_shape,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$pads,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilations,
    DefaultValuedAttr<BoolAttr, "false">:$ceil_mode,
    DefaultValuedAttr<BoolAttr, "false">:$count_include_pad
  );
  let results = (outs ResNet_FloatTensor:$result);
  let assemblyFormat = "$gradient attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Movement
//===----------------------------------------------------------------------===//

def ResNet_InsertSliceOp : ResNet_Op<"insert_slice", [BlockedLayout, Differentiable]> {
  let summary = "A tensor among zeros";
  let description = [{
    Zeros whose dimensions `axes` have `sizes`, all others those of the input;
    in them element i along an axis lies at `starts + i * steps`. It is the
    gradient of a `resnet.slice`; steps may be negative, but not 0.

    ```mlir
    %y = resnet.insert_slice %g {axes = array<i64: 3>, sizes = array<i64: 32>,
                                 starts = array<i64: 1>, steps = array<i64: 2>}
       : (tensor<?x16x32x16xf32>) -> tensor<?x16x32x32xf32>
    ```
  }];
  let arguments = (ins
    ResNet_Tensor:$input,
    DenseI64ArrayAttr:$axes,
    DenseI64ArrayAttr:$starts,
    DenseI64ArrayAttr:$steps,
    DenseI64ArrayAttr:$sizes
  );
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

def ResNet_ResampleOp : ResNet_Op<"resample", [Differentiable]> {
  let summary = "Weighted sums of neighbours along an axis";
  let description = [{
    Element i of the result along `axis` is the sum over k of `weights[i, k]`
    times element `begins[i] + k` of the input, of which there must be one; what
    has a weight of 0 does not count, also if it is not finite. The gradient of
    a `resnet.resize` is one for each axis.

    ```mlir
    // Twice as large by linear interpolation: backward.
    %b = resnet.constant dense<[0, 1]> : tensor<2xi64>
    %w = resnet.constant dense<[[1.0, 7.5e-1, 2.5e-1], [2.5e-1, 7.5e-1, 1.0]]> : tensor<2x3xf32>
    %y = resnet.resample %g, %b, %w {axis = 3 : i64}
       : (tensor<?x8x8x4xf32>, tensor<2xi64>, tensor<2x3xf32>) -> tensor<?x8x8x2xf32>
    ```
  }];
  let arguments = (ins ResNet_FloatTensor:$input, ResNet_ShapeTensor:$begins,
                       ResNet_FloatTensor:$weights, ResNet_IntAttr:$axis);
  let results = (outs ResNet_FloatTensor:$result);
  let assemblyFormat = [{
    $input `,` $begins `,` $weights attr-dict
    `:` functional-type(operands, results)
  }];
}

//===----------------------------------------------------------------------===//
// Batches
//===----------------------------------------------------------------------===//

def ResNet_BatchStatisticsOp
    : ResNet_Op<"batch_statistics", [Differentiable]> {
  let summary = "Mean and variance of each channel";
  let description = [{
    Of all elements of each channel, dimension 1, over the whole batch; the
    variance is the mean of the squares of their distances from the mean.

    ```mlir
    %mean, %variance = resnet.batch_statistics %x
       : (tensor<?x64x56x56xf32>) -> (tensor<64xf32>, tensor<64xf32>)
    ```
  }];
  let arguments = (ins ResNet_FloatTensor:$input);
  let results = (outs ResNet_FloatTensor:$mean, ResNet_FloatTensor:$variance);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

def ResNet_ChannelSumsOp : ResNet_Op<"channel_sums", [Differentiable]> {
  let summary = "Sums of gradients of each channel";
  let description = [{
    `sum(gradient)` and `sum(gradient * (input - mean))` over all elements of
    each channel, dimension 1, of the whole batch: what the gradients of a
    `resnet.batch_norm` with respect to its parameters are made of. `mean` has
    shape C.

    ```mlir
    %sum, %dot = resnet.channel_sums %g, %x, %mean
       : (tensor<?x64x56x56xf32>, tensor<?x64x56x56xf32>, tensor<64xf32>)
       -> (tensor<64xf32>, tensor<64xf32>)
    ```
  }];
  let arguments = (ins ResNet_FloatTensor:$gradient, ResNet_FloatTensor:$input,
                       ResNet_FloatTensor:$mean);
  let results = (outs ResNet_FloatTensor:$sum, ResNet_FloatTensor:$dot);
  let assemblyFormat = [{
    $gradient `,` $input `,` $mean attr-dict
    `:` functional-type(operands, results)
  }];
}

def ResNet_BatchSizeOp : ResNet_Op<"batch_size", [Differentiable]> {
  let summary = "The first dimension as a number";
  let description = [{
    The number of examples in a batch, of type f64 if the elements are, else of
    type f32.

    ```mlir
    %n = resnet.batch_size %x : (tensor<?x64x56x56xf32>) -> tensor<f32>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input);
  let results = (outs ResNet_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

//===----------------------------------------------------------------------===//
// Random numbers
//===----------------------------------------------------------------------===//

def ResNet_DropoutOp
    : ResNet_Op<"dropout", [AttrSizedOperandSegments, BlockedLayout,
                            Differentiable]> {
  let summary = "Drops elements at random, in training";
  let description = [{
    ONNX's Dropout (opset 13). With two further operands an element becomes 0
    with a probability of `ratio`, and is divided by 1 - `ratio` otherwise.
    Without them it says where training drops, and is the identity: so a model
    is imported for training, and `resnet-generate-backward` gives it operands.

    Which elements are dropped depends on their places alone. Element i of an
    example, in row-major order, is dropped if the first word of
    Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as
    easy as 1, 2, 3", 2011) is less than `ratio` * 2^32 for the key and counter

        key = (random[0], random[1])
        counter = (i, example, random[2], stream)

    where `example` has the number of each example, and `random` is a seed of 64
    bits, lower half first, and the number of the batch. `stream` tells apart the
    dropouts of a network. What was infinite or no number is 0 when dropped.

    ```mlir
    %y = resnet.dropout %x example %n random %r {ratio = 2.000000e-01 : f32, stream = 1 : i64}
       : (tensor<?x64x8x8xf32>, tensor<?xi64>, tensor<3xui32>) -> tensor<?x64x8x8xf32>
    ```
  }];
  let arguments = (ins
    ResNet_FloatTensor:$input,
    Optional<TensorOf<[I64]>>:$example,
    Optional<TensorOf<[UI32]>>:$random,
    DefaultValuedAttr<F32Attr, "0.5f">:$ratio,
    DefaultValuedAttr<ResNet_IntAttr, "0">:$stream
  );
  let results = (outs ResNet_FloatTensor:$result);
  let assemblyFormat = [{
    $input (`example` $example^ `random` $random)? attr-dict
    `:` functional-type(operands, results)
  }];
  let hasFolder = 1;
  let extraClassDeclaration = compatibleReturnTypes # [{
    /// What random words below it drop: ratio * 2^32.
    uint32_t getThreshold();
  }];
}

//===----------------------------------------------------------------------===//
// Processes
//===----------------------------------------------------------------------===//

def ResNet_AllReduceOp : ResNet_Op<"all_reduce", [Differentiable]> {
  let summary = "The sum over the processes that train together";
  let description = [{
    Of what each of them has of a tensor that its examples share; for one process
    alone the tensor itself. All wait for all. The gradient is the same of
    gradients: each process's loss depends on the sum.

    ```mlir
    %n = resnet.all_reduce %count : (tensor<f32>) -> tensor<f32>
    ```
  }];
  let arguments = (ins ResNet_FloatTensor:$input);
  let results = (outs ResNet_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

//===----------------------------------------------------------------------===//
// Filters
//===----------------------------------------------------------------------===//

def ResNet_TransposeFilterOp : ResNet_Op<"transpose_filter"> {
  let summary = "The filters of a transposed convolution as those of one";
  let description = [{
    Of C x M x kH x kW (or another number of spatial dimensions), the weight of a
    transposed convolution of one group, M x C x kH x kW with the order of the
    taps reversed: with it, a convolution without strides computes the same.

    ```mlir
    %v = resnet.transpose_filter %w : (tensor<64x32x3x3xf32>) -> tensor<32x64x3x3xf32>
    ```
  }];
  let arguments = (ins ResNet_FloatTensor:$input);
  let results = (outs ResNet_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

#endif // RESNETC_DIALECT_RESNET_IR_RESNETTRAININGOPS_TD

//===- ResNetMovementOps.td - Shapes and movement -------- -*- tablegen -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_RESNET_IR_RESNETMOVEMENTOPS_TD
#define RESNETC_DIALECT_RESNET_IR_RESNETMOVEMENTOPS_TD

include "resnetc/Dialect/ResNet/IR/ResNetBase.td"

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

def ResNet_ShapeOp : ResNet_Op<"shape"> {
  let summary = "The shape of a tensor as a vector";
  let description = [{
    Shape (opset 15), dimensions [start, end).

    ```mlir
    %s = resnet.shape %x : (tensor<?x512x1x1xf32>) -> tensor<4xi64>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input,
                       DefaultValuedAttr<ResNet_IntAttr, "0">:$start,
                       OptionalAttr<ResNet_IntAttr>:$end);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

def ResNet_ReshapeOp : ResNet_Op<"reshape", [BlockedLayout, Differentiable]> {
  let summary = "The same elements in another shape";
  let description = [{
    Reshape (opset 14): in `shape`, -1 is inferred and 0 keeps the dimension of
    the input, unless `allowzero`.

    ```mlir
    %s = resnet.constant dense<[-1, 512]> : tensor<2xi64>
    %y = resnet.reshape %x, %s : (tensor<?x512x1x1xf32>, tensor<2xi64>) -> tensor<?x512xf32>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input, ResNet_ShapeTensor:$shape,
                       DefaultValuedAttr<BoolAttr, "false">:$allowzero);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input `,` $shape attr-dict `:` functional-type(operands, results)";
  let hasCanonicalizer = 1;
}

def ResNet_FlattenOp : ResNet_Op<"flatten", [BlockedLayout, Differentiable]> {
  let summary = "The same elements as a matrix";
  let description = [{
    Flatten (opset 13): dimensions before `axis` become the rows, the others
    the columns.

    ```mlir
    %y = resnet.flatten %x {axis = 1 : i64} : (tensor<?x512x1x1xf32>) -> tensor<?x512xf32>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input, DefaultValuedAttr<ResNet_IntAttr, "1">:$axis);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasCanonicalizer = 1;
}

def ResNet_SqueezeOp : ResNet_Op<"squeeze", [Differentiable]> {
  let summary = "Without dimensions of size 1";
  let description = [{
    Squeeze (opset 13): removes the dimensions in `axes`, or all of size 1.

    ```mlir
    %y = resnet.squeeze %x, %axes : (tensor<?x512x1x1xf32>, tensor<2xi64>) -> tensor<?x512xf32>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input, Optional<ResNet_ShapeTensor>:$axes);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input (`,` $axes^)? attr-dict `:` functional-type(operands, results)";
  let hasCanonicalizer = 1;
}

def ResNet_UnsqueezeOp : ResNet_Op<"unsqueeze", [Differentiable]> {
  let summary = "With more dimensions of size 1";
  let description = [{
    Unsqueeze (opset 13): `axes` are positions in the result.

    ```mlir
    %y = resnet.unsqueeze %x, %axes : (tensor<i64>, tensor<1xi64>) -> tensor<1xi64>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input, ResNet_ShapeTensor:$axes);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input `,` $axes attr-dict `:` functional-type(operands, results)";
  let hasCanonicalizer = 1;
}

//===----------------------------------------------------------------------===//
// Movement
//===----------------------------------------------------------------------===//

def ResNet_TransposeOp : ResNet_Op<"transpose", [Differentiable]> {
  let summary = "Dimensions in another order";
  let description = [{
    Transpose (opset 13): dimension i of the result is dimension `perm[i]` of
    the input.

    ```mlir
    %y = resnet.transpose %x {perm = array<i64: 0, 3, 1, 2>}
       : (tensor<?x32x32x3xf32>) -> tensor<?x3x32x32xf32>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input, DenseI64ArrayAttr:$perm);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasCanonicalizer = 1;
}

def ResNet_ConcatOp : ResNet_Op<"concat", [BlockedLayout, Differentiable]> {
  let summary = "Tensors joined along an axis";
  let description = [{
    Concat (opset 13).

    ```mlir
    %y = resnet.concat %a, %b {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
    ```
  }];
  let arguments = (ins Variadic<ResNet_Tensor>:$inputs, ResNet_IntAttr:$axis);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$inputs attr-dict `:` functional-type(operands, results)";
}

def ResNet_SliceOp : ResNet_Op<"slice", [AttrSizedOperandSegments, BlockedLayout,
                                        Differentiable]> {
  let summary = "Part of a tensor, with steps";
  let description = [{
    Slice (opset 13).

    ```mlir
    %y = resnet.slice %x, %starts, %ends axes %axes steps %steps
       : (tensor<?x16x32x32xf32>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>,
          tensor<2xi64>) -> tensor<?x16x16x16xf32>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input, ResNet_ShapeTensor:$starts,
                       ResNet_ShapeTensor:$ends,
                       Optional<ResNet_ShapeTensor>:$axes,
                       Optional<ResNet_ShapeTensor>:$steps);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = [{
    $input `,` $starts `,` $ends (`axes` $axes^)? (`steps` $steps^)? attr-dict
    `:` functional-type(operands, results)
  }];
}

def ResNet_PadOp : ResNet_Op<"pad", [AttrSizedOperandSegments, BlockedLayout,
                                    Differentiable]> {
  let summary = "A tensor with a border";
  let description = [{
    Pad (opset 19): `pads` holds the begin of every dimension (or of those in
    `axes`), then the ends; negative values crop. The border is, by `mode`, the
    scalar `value` (`constant`; 0 when absent), the nearest element (`edge`),
    what a mirror at the outermost elements shows (`reflect`), or the tensor
    again (`wrap`).

    ```mlir
    %y = resnet.pad %x, %pads : (tensor<?x16x16x16xf32>, tensor<8xi64>) -> tensor<?x32x16x16xf32>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input, ResNet_ShapeTensor:$pads,
                       Optional<ResNet_Tensor>:$value,
                       Optional<ResNet_ShapeTensor>:$axes,
                       DefaultValuedStrAttr<StrAttr, "constant">:$mode);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = [{
    $input `,` $pads (`value` $value^)? (`axes` $axes^)? attr-dict
    `:` functional-type(operands, results)
  }];
}

def ResNet_ExpandOp : ResNet_Op<"expand", [Differentiable]> {
  let summary = "A tensor broadcast to a shape";
  let description = [{
    Expand (opset 13): the result's shape is what NumPy broadcasts that of the
    input and `shape` to; a size of 1 in `shape` keeps the input's.

    ```mlir
    %s = resnet.constant dense<[2, 1, 6]> : tensor<3xi64>
    %y = resnet.expand %x, %s : (tensor<3x1xf32>, tensor<3xi64>) -> tensor<2x3x6xf32>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input, ResNet_ShapeTensor:$shape);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input `,` $shape attr-dict `:` functional-type(operands, results)";
}

def ResNet_TileOp : ResNet_Op<"tile", [Differentiable]> {
  let summary = "A tensor several times";
  let description = [{
    Tile (opset 13): dimension i is there `repeats[i]` times.

    ```mlir
    %r = resnet.constant dense<[1, 3]> : tensor<2xi64>
    %y = resnet.tile %x, %r : (tensor<?x4xf32>, tensor<2xi64>) -> tensor<?x12xf32>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input, ResNet_ShapeTensor:$repeats);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input `,` $repeats attr-dict `:` functional-type(operands, results)";
}

def ResNet_DepthToSpaceOp : ResNet_Op<"depth_to_space", [BlockedLayout, Differentiable]> {
  let summary = "Channels become blocks of pixels";
  let description = [{
    DepthToSpace (opset 13): `block` x `block` channels become a square of
    pixels. These channels lie apart by the number of the result's channels
    (mode `DCR`), or beside each other (`columns_first`, mode `CRD`).

    ```mlir
    %y = resnet.depth_to_space %x {block = 2 : i64} : (tensor<?x8x3x3xf32>) -> tensor<?x2x6x6xf32>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input, ResNet_IntAttr:$block,
                       DefaultValuedAttr<BoolAttr, "false">:$columns_first);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

def ResNet_SpaceToDepthOp : ResNet_Op<"space_to_depth", [Differentiable]> {
  let summary = "Blocks of pixels become channels";
  let description = [{
    SpaceToDepth (opset 13): the reverse of `resnet.depth_to_space` in its mode
    `DCR`.

    ```mlir
    %y = resnet.space_to_depth %x {block = 2 : i64} : (tensor<?x2x6x6xf32>) -> tensor<?x8x3x3xf32>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input, ResNet_IntAttr:$block);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

def ResNet_TriluOp : ResNet_Op<"trilu", [Differentiable]> {
  let summary = "The upper or lower triangle of matrices";
  let description = [{
    Trilu (opset 14): zero below the diagonal `k` (with `upper`, else above it);
    `k` is a scalar, 0 when absent, and counts from the main diagonal to the
    right.

    ```mlir
    %y = resnet.trilu %x, %k {upper = false} : (tensor<4x5xi64>, tensor<i64>) -> tensor<4x5xi64>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input, Optional<ResNet_ShapeTensor>:$k,
                       DefaultValuedAttr<BoolAttr, "true">:$upper);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input (`,` $k^)? attr-dict `:` functional-type(operands, results)";
}

def ResNet_ReverseSequenceOp : ResNet_Op<"reverse_sequence"> {
  let summary = "The beginnings of sequences reversed";
  let description = [{
    ReverseSequence (opset 10): along `time_axis`, the first `lengths[i]`
    elements of sequence i of `batch_axis`.

    ```mlir
    %y = resnet.reverse_sequence %x, %lengths {batch_axis = 1 : i64, time_axis = 0 : i64}
       : (tensor<4x2xf32>, tensor<2xi64>) -> tensor<4x2xf32>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input, ResNet_ShapeTensor:$lengths,
                       DefaultValuedAttr<ResNet_IntAttr, "1">:$batch_axis,
                       DefaultValuedAttr<ResNet_IntAttr, "0">:$time_axis);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input `,` $lengths attr-dict `:` functional-type(operands, results)";
}

def ResNet_ResizeOp : ResNet_Op<"resize", [AttrSizedOperandSegments, BlockedLayout,
                                          Differentiable]> {
  let summary = "A tensor in another resolution";
  let description = [{
    Resize (opset 18): by `scales` or to `sizes`, one for each dimension, or for
    each of `axes`, beside which nothing changes. An element lies between those of the input where `coordinates`, ONNX's
    coordinate_transformation_mode, says, and is interpolated as `mode` says:
    `nearest` (rounded by `nearest_mode`), `linear` or `cubic` (with the
    coefficient `cubic_a`; with `exclude_outside` without what is beyond the
    edges, which are repeated otherwise). For `tf_crop_and_resize`, `roi` holds
    the begin of every (of these) dimension and then the ends, as fractions; what
    is not in the input is `extrapolation`.

    ```mlir
    %y = resnet.resize %x scales %s {coordinates = "half_pixel", mode = "linear"}
       : (tensor<?x3x8x8xf32>, tensor<4xf32>) -> tensor<?x3x16x16xf32>
    ```
  }];
  let arguments = (ins
    ResNet_Tensor:$input,
    Optional<ResNet_FloatTensor>:$roi,
    Optional<ResNet_FloatTensor>:$scales,
    Optional<ResNet_ShapeTensor>:$sizes,
    DefaultValuedStrAttr<StrAttr, "nearest">:$mode,
    DefaultValuedStrAttr<StrAttr, "half_pixel">:$coordinates,
    DefaultValuedStrAttr<StrAttr, "round_prefer_floor">:$nearest_mode,
    DefaultValuedAttr<F32Attr, "-0.75f">:$cubic_a,
    DefaultValuedAttr<BoolAttr, "false">:$exclude_outside,
    DefaultValuedAttr<F32Attr, "0.0f">:$extrapolation,
    OptionalAttr<DenseI64ArrayAttr>:$axes
  );
  let results = (outs ResNet_Tensor:$result);
  let extraClassDeclaration = compatibleReturnTypes # [{
    /// Where `scales` and `sizes` say what becomes of dimension `d` of `rank`;
    /// nothing if it is none of `axes`.
    std::optional<int64_t> getPosition(int64_t d, int64_t rank) {
      if (!getAxes())
        return d;
      for (auto [i, axis] : llvm::enumerate(*getAxes()))
        if (axis == d || axis + rank == d)
          return static_cast<int64_t>(i);
      return std::nullopt;
    }
  }];
  let assemblyFormat = [{
    $input (`roi` $roi^)? (`scales` $scales^)? (`sizes` $sizes^)? attr-dict
    `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

#endif // RESNETC_DIALECT_RESNET_IR_RESNETMOVEMENTOPS_TD

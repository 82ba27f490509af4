//===- ResNetIndexingOps.td - Indices and generators ----- -*- tablegen -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_RESNET_IR_RESNETINDEXINGOPS_TD
#define RESNETC_DIALECT_RESNET_IR_RESNETINDEXINGOPS_TD

include "resnetc/Dialect/ResNet/IR/ResNetBase.td"

//===----------------------------------------------------------------------===//
// Elements at indices, and indices of elements
//===----------------------------------------------------------------------===//

def ResNet_GatherOp : ResNet_Op<"gather", [Differentiable]> {
  let summary = "Slices at indices along an axis";
  let description = [{
    Gather (opset 13); negative indices count from the end.

    ```mlir
    %n = resnet.gather %shape, %zero {axis = 0 : i64} : (tensor<4xi64>, tensor<i64>) -> tensor<i64>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input, ResNet_ShapeTensor:$indices,
                       DefaultValuedAttr<ResNet_IntAttr, "0">:$axis);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input `,` $indices attr-dict `:` functional-type(operands, results)";
}

def ResNet_GatherElementsOp : ResNet_Op<"gather_elements"> {
  let summary = "Elements at indices along an axis";
  let description = [{
    GatherElements (opset 13): each element of `indices` is the coordinate on
    `axis` of an element whose other coordinates are its own; negative ones
    count from the end.

    ```mlir
    %y = resnet.gather_elements %x, %i {axis = 1 : i64} : (tensor<2x8xf32>, tensor<2x3xi64>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input, ResNet_ShapeTensor:$indices,
                       DefaultValuedAttr<ResNet_IntAttr, "0">:$axis);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input `,` $indices attr-dict `:` functional-type(operands, results)";
}

def ResNet_GatherNDOp : ResNet_Op<"gather_nd"> {
  let summary = "Slices at tuples of coordinates";
  let description = [{
    GatherND (opset 13): the last dimension of `indices` holds coordinates of
    the input's dimensions from `batch_dims` on; the dimensions before these are
    those of both.

    ```mlir
    %y = resnet.gather_nd %x, %i {batch_dims = 1 : i64}
       : (tensor<2x4x5xf32>, tensor<2x1xi64>) -> tensor<2x5xf32>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input, ResNet_ShapeTensor:$indices,
                       DefaultValuedAttr<ResNet_IntAttr, "0">:$batch_dims);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input `,` $indices attr-dict `:` functional-type(operands, results)";
}

def ResNet_TopKOp : ResNet_Op<"top_k"> {
  let summary = "Where the largest elements are";
  let description = [{
    The indices of TopK (opset 11): of the `k` largest (or smallest) elements
    along `axis`, in order; of equal ones that at the lower index comes first.
    The elements themselves are what `resnet.gather_elements` makes of these.

    ```mlir
    %k = resnet.constant dense<3> : tensor<1xi64>
    %i = resnet.top_k %x, %k {axis = -1 : i64} : (tensor<?x10xf32>, tensor<1xi64>) -> tensor<?x3xi64>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input, ResNet_ShapeTensor:$k,
                       DefaultValuedAttr<ResNet_IntAttr, "-1">:$axis,
                       DefaultValuedAttr<BoolAttr, "true">:$largest);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input `,` $k attr-dict `:` functional-type(operands, results)";
}

def ResNet_NonZeroOp : ResNet_Op<"non_zero"> {
  let summary = "Where the elements are that are not zero";
  let description = [{
    NonZero (opset 13), of a constant: a column for each such element, in
    row-major order, that holds its coordinates. The number of columns depends
    on the input's values, so that of computed tensors is not known.

    ```mlir
    %i = resnet.non_zero %c : (tensor<2x2xf32>) -> tensor<2x3xi64>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

//===----------------------------------------------------------------------===//
// Generators
//===----------------------------------------------------------------------===//

def ResNet_ConstantOfShapeOp : ResNet_Op<"constant_of_shape"> {
  let summary = "A tensor of one value in a computed shape";
  let description = [{
    ConstantOfShape (opset 9); `value` has one element.

    ```mlir
    %y = resnet.constant_of_shape %shape {value = dense<0> : tensor<1xi64>}
       : (tensor<1xi64>) -> tensor<4xi64>
    ```
  }];
  let arguments = (ins ResNet_ShapeTensor:$shape, ElementsAttr:$value);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$shape attr-dict `:` functional-type(operands, results)";
}

def ResNet_OneHotOp : ResNet_Op<"one_hot"> {
  let summary = "Vectors with one element that differs";
  let description = [{
    OneHot (opset 11): each index becomes a vector of `depth` elements along a
    new `axis`, `values[1]` at the index and `values[0]` elsewhere. Negative
    indices count from the end; for those out of range all is `values[0]`.

    ```mlir
    %y = resnet.one_hot %i, %depth, %values {axis = -1 : i64}
       : (tensor<?xi64>, tensor<i64>, tensor<2xf32>) -> tensor<?x10xf32>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$indices, ResNet_Tensor:$depth,
                       ResNet_Tensor:$values,
                       DefaultValuedAttr<ResNet_IntAttr, "-1">:$axis);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = [{
    $indices `,` $depth `,` $values attr-dict
    `:` functional-type(operands, results)
  }];
}

def ResNet_EyeLikeOp : ResNet_Op<"eye_like"> {
  let summary = "Ones on a diagonal";
  let description = [{
    EyeLike (opset 9): a matrix of the input's shape and of element type `to`,
    with ones on diagonal `k`, which counts from the main one to the right.

    ```mlir
    %y = resnet.eye_like %x {k = 1 : i64, to = f32} : (tensor<4x5xi32>) -> tensor<4x5xf32>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input, TypeAttr:$to,
                       DefaultValuedAttr<ResNet_IntAttr, "0">:$k);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

def ResNet_RangeOp : ResNet_Op<"range"> {
  let summary = "Numbers in equal steps";
  let description = [{
    Range (opset 11): `start`, `start + delta`, ... as long as `limit` is not
    reached; all three are scalars.

    ```mlir
    %y = resnet.range %start, %limit, %delta : (tensor<i64>, tensor<i64>, tensor<i64>) -> tensor<4xi64>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$start, ResNet_Tensor:$limit,
                       ResNet_Tensor:$delta);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = [{
    $start `,` $limit `,` $delta attr-dict `:` functional-type(operands, results)
  }];
}

#endif // RESNETC_DIALECT_RESNET_IR_RESNETINDEXINGOPS_TD

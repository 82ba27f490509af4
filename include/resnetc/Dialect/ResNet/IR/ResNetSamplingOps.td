//===- ResNetSamplingOps.td - Places between elements ---- -*- tablegen -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Images read at places that are computed, and lie between their elements.
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_RESNET_IR_RESNETSAMPLINGOPS_TD
#define RESNETC_DIALECT_RESNET_IR_RESNETSAMPLINGOPS_TD

include "resnetc/Dialect/ResNet/IR/ResNetBase.td"

def ResNet_GridSampleOp : ResNet_Op<"grid_sample"> {
  let summary = "An image at the places of a grid";
  let description = [{
    GridSample (opset 20) of images: element `[n, c, h, w]` of the result is
    interpolated in plane `[n, c]` of `input`, N x C x H x W, at the place
    `grid[n, h, w]`, which is x and then y. -1 and 1 are the edges of the plane,
    or with `align_corners` the centres of its outermost elements. `mode` is
    `nearest` (of two the even one), `linear` or `cubic` (with the coefficient
    -0.75). What lies beyond the edges is, as `padding` says, zero (`zeros`),
    the outermost element (`border`), or a mirror image (`reflection`).

    ```mlir
    %y = resnet.grid_sample %x, %grid {align_corners = true, padding = "border"}
       : (tensor<?x3x8x8xf32>, tensor<?x16x16x2xf32>) -> tensor<?x3x16x16xf32>
    ```
  }];
  let arguments = (ins
    ResNet_FloatTensor:$input,
    ResNet_FloatTensor:$grid,
    DefaultValuedStrAttr<StrAttr, "linear">:$mode,
    DefaultValuedStrAttr<StrAttr, "zeros">:$padding,
    DefaultValuedAttr<BoolAttr, "false">:$align_corners
  );
  let results = (outs ResNet_FloatTensor:$result);
  let assemblyFormat = "$input `,` $grid attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def ResNet_RoiAlignOp : ResNet_Op<"roi_align"> {
  let summary = "Regions of images in one size";
  let description = [{
    RoiAlign (opset 16): region `rois[r]`, which is x and y of its beginning and
    of its end in units of `1 / spatial_scale` elements, of image
    `batch_indices[r]` is divided into `output_height` x `output_width` bins. A
    bin has `sampling_ratio` samples in each direction, or, for 0, as many as
    elements fit. For `mode` `avg` it is the mean of these, interpolated
    linearly; for `max`, as ONNX Runtime defines it, the largest product of an
    element next to a sample and its weight. With `half_pixel`, elements lie
    half an element behind their index; without, regions are at least one
    element wide. More than one element beyond the edges all is zero.

    ```mlir
    %y = resnet.roi_align %x, %rois, %i {output_height = 7 : i64, output_width = 7 : i64}
       : (tensor<1x256x50x50xf32>, tensor<32x4xf32>, tensor<32xi64>) -> tensor<32x256x7x7xf32>
    ```
  }];
  let arguments = (ins
    ResNet_FloatTensor:$input,
    ResNet_FloatTensor:$rois,
    ResNet_ShapeTensor:$batch_indices,
    DefaultValuedStrAttr<StrAttr, "avg">:$mode,
    DefaultValuedAttr<ResNet_IntAttr, "1">:$output_height,
    DefaultValuedAttr<ResNet_IntAttr, "1">:$output_width,
    DefaultValuedAttr<ResNet_IntAttr, "0">:$sampling_ratio,
    DefaultValuedAttr<F32Attr, "1.0f">:$spatial_scale,
    DefaultValuedAttr<BoolAttr, "true">:$half_pixel
  );
  let results = (outs ResNet_FloatTensor:$result);
  let assemblyFormat = [{
    $input `,` $rois `,` $batch_indices attr-dict
    `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

#endif // RESNETC_DIALECT_RESNET_IR_RESNETSAMPLINGOPS_TD

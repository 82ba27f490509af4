// RUN: resnet-evaluate %s | FileCheck %s

// Places between elements, on numbers that are worked out by hand.

// A row of two elements. With corners at their centres, x = 3 is one element
// behind the last: nothing, the last again, or a mirror image of the first.
// CHECK: @corners result 0: [1x1x1x4] = [3, 6, 9, 0]
// CHECK: @corners result 1: [1x1x1x4] = [3, 6, 9, 9]
// CHECK: @corners result 2: [1x1x1x4] = [3, 6, 9, 3]
func.func @corners() -> (tensor<1x1x1x4xf32>, tensor<1x1x1x4xf32>, tensor<1x1x1x4xf32>) {
  %x = resnet.constant dense<[[[[3.0, 9.0]]]]> : tensor<1x1x1x2xf32>
  %g = resnet.constant dense<[[[[-1.0, 0.0], [0.0, 0.0], [1.0, 0.0], [3.0, 0.0]]]]> : tensor<1x1x4x2xf32>
  %0 = resnet.grid_sample %x, %g {align_corners = true} : (tensor<1x1x1x2xf32>, tensor<1x1x4x2xf32>) -> tensor<1x1x1x4xf32>
  %1 = resnet.grid_sample %x, %g {align_corners = true, padding = "border"} : (tensor<1x1x1x2xf32>, tensor<1x1x4x2xf32>) -> tensor<1x1x1x4xf32>
  %2 = resnet.grid_sample %x, %g {align_corners = true, padding = "reflection"} : (tensor<1x1x1x2xf32>, tensor<1x1x4x2xf32>) -> tensor<1x1x1x4xf32>
  return %0, %1, %2 : tensor<1x1x1x4xf32>, tensor<1x1x1x4xf32>, tensor<1x1x1x4xf32>
}

// At -1/2, 1/2, 3/2, at no number and at infinity. Halves go to the even
// element, and element 2 is outside.
// CHECK: @edges result 0: [1x1x1x5] = [1.5, 6, 4.5, 0, 0]
// CHECK: @edges result 1: [1x1x1x5] = [3, 3, 0, 0, 0]
// CHECK: @edges result 2: [1x1x1x5] = [3, 3, 9, 3, 9]
// CHECK: @edges result 3: [1x1x1x5] = [3, 6, 9, 3, 9]
// CHECK: @edges result 4: [1x1x1x5] = [3, 6, 9, 3, 3]
func.func @edges() -> (tensor<1x1x1x5xf32>, tensor<1x1x1x5xf32>, tensor<1x1x1x5xf32>, tensor<1x1x1x5xf32>, tensor<1x1x1x5xf32>) {
  %x = resnet.constant dense<[[[[3.0, 9.0]]]]> : tensor<1x1x1x2xf32>
  %g = resnet.constant dense<[[[[-1.0, 0.0], [0.0, 0.0], [1.0, 0.0], [0x7FC00000, 0.0], [0x7F800000, 0.0]]]]> : tensor<1x1x5x2xf32>
  %0 = resnet.grid_sample %x, %g : (tensor<1x1x1x2xf32>, tensor<1x1x5x2xf32>) -> tensor<1x1x1x5xf32>
  %1 = resnet.grid_sample %x, %g {mode = "nearest"} : (tensor<1x1x1x2xf32>, tensor<1x1x5x2xf32>) -> tensor<1x1x1x5xf32>
  %2 = resnet.grid_sample %x, %g {mode = "nearest", padding = "border"} : (tensor<1x1x1x2xf32>, tensor<1x1x5x2xf32>) -> tensor<1x1x1x5xf32>
  %3 = resnet.grid_sample %x, %g {padding = "border"} : (tensor<1x1x1x2xf32>, tensor<1x1x5x2xf32>) -> tensor<1x1x1x5xf32>
  %4 = resnet.grid_sample %x, %g {padding = "reflection"} : (tensor<1x1x1x2xf32>, tensor<1x1x5x2xf32>) -> tensor<1x1x1x5xf32>
  return %0, %1, %2, %3, %4 : tensor<1x1x1x5xf32>, tensor<1x1x1x5xf32>, tensor<1x1x1x5xf32>, tensor<1x1x1x5xf32>, tensor<1x1x1x5xf32>
}

// In the middle, elements 1 and 2 to the side weigh 19/32 each and those beyond
// them -3/32: (3 + 9) * 19/32 - (0 + 8) * 3/32 = 6.375.
// CHECK: @cubic result 0: [1x1x1x1] = [6.375]
func.func @cubic() -> tensor<1x1x1x1xf32> {
  %x = resnet.constant dense<[[[[0.0, 3.0, 9.0, 8.0]]]]> : tensor<1x1x1x4xf32>
  %g = resnet.constant dense<0.0> : tensor<1x1x1x2xf32>
  %0 = resnet.grid_sample %x, %g {mode = "cubic"} : (tensor<1x1x1x4xf32>, tensor<1x1x1x2xf32>) -> tensor<1x1x1x1xf32>
  return %0 : tensor<1x1x1x1xf32>
}

// Of 4x4 elements, bins of 2x2 samples: at the elements with half pixels, else
// between them, but on the edge at the last. A region beyond the edges is zero,
// and one without an extent has no sample or, at least one element wide, one.
// CHECK: @regions result 0: [2x1x2x2] = [2.5, 4.5, 10.5, 12.5, 0, 0, 0, 0]
// CHECK: @regions result 1: [2x1x2x2] = [5, 7, 13, 15, 0, 0, 0, 0]
// CHECK: @regions result 2: [2x1x2x2] = [5, 6.75, 12, 13.75, 0, 0, 0, 0]
// CHECK: @regions result 3: [1x1x1x1] = [0]
// CHECK: @regions result 4: [1x1x1x1] = [7.5]
func.func @regions() -> (tensor<2x1x2x2xf32>, tensor<2x1x2x2xf32>, tensor<2x1x2x2xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) {
  %x = resnet.constant dense<[[[[0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0], [8.0, 9.0, 10.0, 11.0], [12.0, 13.0, 14.0, 15.0]]]]> : tensor<1x1x4x4xf32>
  %r = resnet.constant dense<[[0.0, 0.0, 4.0, 4.0], [10.0, 10.0, 12.0, 12.0]]> : tensor<2x4xf32>
  %i = resnet.constant dense<0> : tensor<2xi64>
  %0 = resnet.roi_align %x, %r, %i {output_height = 2 : i64, output_width = 2 : i64} : (tensor<1x1x4x4xf32>, tensor<2x4xf32>, tensor<2xi64>) -> tensor<2x1x2x2xf32>
  %1 = resnet.roi_align %x, %r, %i {mode = "max", output_height = 2 : i64, output_width = 2 : i64, sampling_ratio = 2 : i64} : (tensor<1x1x4x4xf32>, tensor<2x4xf32>, tensor<2xi64>) -> tensor<2x1x2x2xf32>
  %2 = resnet.roi_align %x, %r, %i {half_pixel = false, output_height = 2 : i64, output_width = 2 : i64} : (tensor<1x1x4x4xf32>, tensor<2x4xf32>, tensor<2xi64>) -> tensor<2x1x2x2xf32>
  %p = resnet.constant dense<1.0> : tensor<1x4xf32>
  %j = resnet.constant dense<0> : tensor<1xi64>
  %3 = resnet.roi_align %x, %p, %j : (tensor<1x1x4x4xf32>, tensor<1x4xf32>, tensor<1xi64>) -> tensor<1x1x1x1xf32>
  %4 = resnet.roi_align %x, %p, %j {half_pixel = false} : (tensor<1x1x4x4xf32>, tensor<1x4xf32>, tensor<1xi64>) -> tensor<1x1x1x1xf32>
  return %0, %1, %2, %3, %4 : tensor<2x1x2x2xf32>, tensor<2x1x2x2xf32>, tensor<2x1x2x2xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>
}

// RUN: resnet-opt %s | resnet-opt | FileCheck %s
// RUN: resnet-opt %s --resnet-infer-shapes | FileCheck %s --check-prefix=INFER

// CHECK-LABEL: func.func @sampling
// INFER-LABEL: func.func @sampling
func.func @sampling(%x: tensor<?x8x6x6xf32>, %g: tensor<?x4x5x2xf32>, %r: tensor<?x4xf32>, %i: tensor<?xi64>) -> (tensor<*xf32>, tensor<*xf32>) {
  // CHECK: resnet.grid_sample %{{.*}}, %{{.*}} {align_corners = true, mode = "cubic", padding = "border"}
  // INFER: resnet.grid_sample {{.*}} -> tensor<?x8x4x5xf32>
  %s = resnet.grid_sample %x, %g {align_corners = true, mode = "cubic", padding = "border"} : (tensor<?x8x6x6xf32>, tensor<?x4x5x2xf32>) -> tensor<*xf32>
  // CHECK: resnet.roi_align %{{.*}}, %{{.*}}, %{{.*}} {half_pixel = false, mode = "max", output_width = 7 : i64, sampling_ratio = 2 : i64}
  // INFER: resnet.roi_align {{.*}} -> tensor<?x8x1x7xf32>
  %a = resnet.roi_align %x, %r, %i {half_pixel = false, mode = "max", output_width = 7 : i64, sampling_ratio = 2 : i64} : (tensor<?x8x6x6xf32>, tensor<?x4xf32>, tensor<?xi64>) -> tensor<*xf32>
  return %s, %a : tensor<*xf32>, tensor<*xf32>
}

// RUN: resnet-opt %s --split-input-file --resnet-assign-layout --convert-resnet-to-kernel | FileCheck %s

// Places can be anything, also no numbers: they are limited before they become
// indices. An image has a grid of its own, so any batch will do.
// CHECK-LABEL: func.func @grid_sample(
// CHECK: kernel.generic "grid_sample" ins(%0, %1 : memref<1x3x8x8xf32>, memref<1x16x16x2xf32>)
// CHECK: %[[L:.+]] = arith.select %{{.+}}, %{{.+}}, %{{.+}} : f64
// CHECK: %[[X:.+]] = arith.select %{{.+}}, %[[L]], %{{.+}} : f64
// CHECK: %[[F:.+]] = math.floor %[[X]] : f64
// CHECK: arith.fptosi %[[F]] : f64 to i64
// CHECK: arith.maxsi
// CHECK: arith.minsi
// CHECK-COUNT-4: memref.load %{{.+}} : memref<1x3x8x8xf32>
// CHECK-NOT: memref.load
func.func @grid_sample(%x: tensor<?x3x8x8xf32>, %g: tensor<?x16x16x2xf32>) -> tensor<?x3x16x16xf32> {
  %y = resnet.grid_sample %x, %g : (tensor<?x3x8x8xf32>, tensor<?x16x16x2xf32>) -> tensor<?x3x16x16xf32>
  return %y : tensor<?x3x16x16xf32>
}

// -----

// The loops over the samples of a bin end where the image does.
// CHECK-LABEL: func.func @roi_align(
// CHECK: kernel.generic "roi_align"
// CHECK: math.ceil
// CHECK: scf.for
// CHECK: scf.for
// CHECK-COUNT-4: memref.load %{{.+}} : memref<1x3x8x8xf32>
func.func @roi_align(%x: tensor<1x3x8x8xf32>, %r: tensor<9x4xf32>, %i: tensor<9xi64>) -> tensor<9x3x2x2xf32> attributes {resnet.whole} {
  %y = resnet.roi_align %x, %r, %i {output_height = 2 : i64, output_width = 2 : i64} : (tensor<1x3x8x8xf32>, tensor<9x4xf32>, tensor<9xi64>) -> tensor<9x3x2x2xf32>
  return %y : tensor<9x3x2x2xf32>
}

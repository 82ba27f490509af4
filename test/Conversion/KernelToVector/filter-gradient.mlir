// RUN: resnet-opt %s --convert-kernel-to-vector=prefix=net --split-input-file | FileCheck %s

// A unit is a tap of a block of channels: 4 sums stay in registers while the
// pixels go by. What it writes is shared: a sum over the images.
// CHECK-LABEL: func.func @net(
// CHECK: kernel.launch @net_conv_filter_gradient_f32_3x3({{.+}}) units 9 macs 3600 {sum} :
// CHECK: func.func private @net_conv_filter_gradient_f32_3x3(
// CHECK: scf.for {{.+}} iter_args
// CHECK: scf.for {{.+}} iter_args
// CHECK: vector.load {{.+}} vector<4xf32>
// CHECK-COUNT-4: vector.fma {{.+}} vector<4xf32>
// CHECK-NOT: vector.fma
func.func @net(%x: memref<1x7x7x4xf32>, %g: memref<1x5x5x4xf32>, %w: memref<144xf32> {kernel.shared}) {
  kernel.conv_filter_gradient ins(%x, %g) outs(%w)
    {dilations = array<i64: 1, 1>, gradient_offset = array<i64: 0, 0>, gradient_size = array<i64: 5, 5>,
     group = 1 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>}
    : memref<1x7x7x4xf32>, memref<1x5x5x4xf32> -> memref<144xf32>
  return
}

// -----

// Of a planar input a unit is a row of taps.
// CHECK-LABEL: func.func @planar(
// CHECK: kernel.launch @{{.+}} units 2 macs 1200 {sum} :
func.func @planar(%x: memref<3x6x6xf32>, %g: memref<1x5x5x4xf32>, %w: memref<48xf32> {kernel.shared}) {
  kernel.conv_filter_gradient ins(%x, %g) outs(%w)
    {dilations = array<i64: 1, 1>, gradient_offset = array<i64: 0, 0>, gradient_size = array<i64: 5, 5>,
     group = 1 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 2, 2>, strides = array<i64: 1, 1>}
    : memref<3x6x6xf32>, memref<1x5x5x4xf32> -> memref<48xf32>
  return
}

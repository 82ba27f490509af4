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

// -----

// With dot two columns are multiplied at once: a row's pairs of inputs are put side
// by side, then go by with those of the gradient. Of 5 columns the last is alone.
// CHECK-LABEL: func.func @dot(
// CHECK: func.func private @net_conv_filter_gradient_bf16_dot_3x3(
// CHECK: memref.alloca() {alignment = 64 : i64} : memref<96xbf16>
// CHECK: scf.for {{.+}} iter_args
// CHECK: scf.for
// CHECK: vector.load {{.+}} vector<32xbf16>
// CHECK: vector.shuffle {{.+}} [0, 16, 1, 17,
// CHECK: vector.store {{.+}} memref<96xbf16>, vector<32xbf16>
// CHECK: scf.for {{.+}} iter_args
// CHECK: vector.load {{.+}} vector<32xbf16>
// CHECK-COUNT-16: x86vector.avx512.dot
// CHECK: scf.yield
// CHECK-COUNT-16: x86vector.avx512.dot
// CHECK-NOT: x86vector.avx512.dot
func.func @dot(%x: memref<1x7x7x16xbf16>, %g: memref<1x5x5x16xbf16>, %w: memref<2304xf32> {kernel.shared}) {
  kernel.conv_filter_gradient ins(%x, %g) outs(%w)
    {dilations = array<i64: 1, 1>, dot, gradient_offset = array<i64: 0, 0>, gradient_size = array<i64: 5, 5>,
     group = 1 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>}
    : memref<1x7x7x16xbf16>, memref<1x5x5x16xbf16> -> memref<2304xf32>
  return
}

// -----

// Rows without a halo between them are one: 25 columns are 12 pairs and one.
// CHECK-LABEL: func.func @dense(
// CHECK: memref.alloca() {alignment = 64 : i64} : memref<416xbf16>
func.func @dense(%x: memref<1x5x5x16xbf16>, %g: memref<1x5x5x16xbf16>, %w: memref<256xf32> {kernel.shared}) {
  kernel.conv_filter_gradient ins(%x, %g) outs(%w)
    {dilations = array<i64: 1, 1>, dot, gradient_offset = array<i64: 0, 0>, gradient_size = array<i64: 5, 5>,
     group = 1 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>}
    : memref<1x5x5x16xbf16>, memref<1x5x5x16xbf16> -> memref<256xf32>
  return
}

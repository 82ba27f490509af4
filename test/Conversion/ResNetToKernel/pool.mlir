// RUN: resnet-opt %s --split-input-file --resnet-assign-layout --convert-resnet-to-kernel | FileCheck %s

// Pools clip their windows themselves: no halo. The mean of everything goes
// straight to the result, whose 8 channels are one block.
// CHECK-LABEL: func.func @pools(
// CHECK: %[[Y:.+]] = kernel.view %arg1 : memref<8x1x1xf32> to memref<1x1x1x8xf32>
// CHECK: kernel.pool <avg> ins(%[[C:.+]]) outs(%[[Y]]) {{.*}}kernel_shape = array<i64: 6, 6>, {{.*}}pads = array<i64: 0, 0, 0, 0>
// CHECK: kernel.pool <avg> ins(%[[C]]) outs(%{{.+}}) {count_include_pad = true, {{.*}}kernel_shape = array<i64: 3, 3>, {{.*}}pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>
func.func @pools(%x: tensor<?x8x6x6xf32>) -> (tensor<?x8x1x1xf32>, tensor<?x8x3x3xf32>) {
  %w = resnet.constant dense<1.0> : tensor<8x8x1x1xf32>
  %c = resnet.conv %x, %w : (tensor<?x8x6x6xf32>, tensor<8x8x1x1xf32>) -> tensor<?x8x6x6xf32>
  %g = resnet.global_avg_pool %c : (tensor<?x8x6x6xf32>) -> tensor<?x8x1x1xf32>
  %a = resnet.avg_pool %c {kernel_shape = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>, count_include_pad = true} : (tensor<?x8x6x6xf32>) -> tensor<?x8x3x3xf32>
  return %g, %a : tensor<?x8x1x1xf32>, tensor<?x8x3x3xf32>
}

// -----

// CHECK-LABEL: func.func @max(
// CHECK: kernel.pool <max> ins(%{{.+}}) outs(%{{.+}}) {dilations = array<i64: 2, 2>, {{.*}}input_size = array<i64: 6, 6>, {{.*}}output_size = array<i64: 2, 2>
func.func @max(%x: tensor<?x8x6x6xf32>) -> tensor<?x8x2x2xf32> {
  %w = resnet.constant dense<1.0> : tensor<8x8x1x1xf32>
  %c = resnet.conv %x, %w : (tensor<?x8x6x6xf32>, tensor<8x8x1x1xf32>) -> tensor<?x8x6x6xf32>
  %p = resnet.max_pool %c {dilations = array<i64: 2, 2>, kernel_shape = array<i64: 3, 3>} : (tensor<?x8x6x6xf32>) -> tensor<?x8x2x2xf32>
  return %p : tensor<?x8x2x2xf32>
}

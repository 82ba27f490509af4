// RUN: resnet-opt %s --resnet-volumes-to-images --split-input-file | FileCheck %s

// The planes that each tap along the depth reads become channels; the planes lie
// under each other, with padding between them.
// CHECK-LABEL: func.func @conv(
// CHECK: %[[P:.+]] = resnet.pad %arg0, {{.*}} -> tensor<?x1x4x3x3xf32>
// CHECK: %[[A:.+]] = resnet.slice %[[P]], {{.*}} -> tensor<?x1x2x3x3xf32>
// CHECK: %[[B:.+]] = resnet.slice %[[P]], {{.*}} -> tensor<?x1x2x3x3xf32>
// CHECK: %[[C:.+]] = resnet.slice %[[P]], {{.*}} -> tensor<?x1x2x3x3xf32>
// CHECK: %[[J:.+]] = resnet.concat %[[A]], %[[B]], %[[C]] {axis = 1 : i64} : {{.*}} -> tensor<?x3x2x3x3xf32>
// CHECK: %[[H:.+]] = resnet.pad %[[J]], {{.*}} -> tensor<?x3x2x5x3xf32>
// CHECK: %[[I:.+]] = resnet.reshape %[[H]], {{.*}} -> tensor<?x3x10x3xf32>
// CHECK: %[[V:.+]] = resnet.conv %[[I]], %{{.+}} bias %{{.+}} {activation = #resnet.activation<relu>, pads = array<i64: 0, 1, 2, 1>} : {{.*}} -> tensor<?x2x10x3xf32>
// CHECK: %[[R:.+]] = resnet.reshape %[[V]], {{.*}} -> tensor<?x2x2x5x3xf32>
// CHECK: %[[Y:.+]] = resnet.slice %[[R]], {{.*}} -> tensor<?x2x2x3x3xf32>
// CHECK: return %[[Y]]
func.func @conv(%x: tensor<?x1x2x3x3xf32>) -> tensor<?x2x2x3x3xf32> {
  %w = resnet.constant dense<"0x0000803F000000400000404000008040000080BF0000A0400000C0400000E0400000004100001041000020410000003F0000803E0000803F000000400000404000008040000080BF0000A0400000C0400000E0400000004100001041000020410000003F0000803E0000003F0000803F000000400000404000008040000080BF0000A0400000C0400000E0400000004100001041000020410000003F0000803E0000803F000000400000404000008040000080BF0000A0400000C0400000E0400000004100001041000020410000003F0000803E0000003F"> : tensor<2x1x3x3x3xf32>
  %b = resnet.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %y = resnet.conv %x, %w bias %b {activation = #resnet.activation<relu>, pads = array<i64: 1, 1, 1, 1, 1, 1>, strides = array<i64: 1, 1, 1>, dilations = array<i64: 1, 1, 1>} : (tensor<?x1x2x3x3xf32>, tensor<2x1x3x3x3xf32>, tensor<2xf32>) -> tensor<?x2x2x3x3xf32>
  return %y : tensor<?x2x2x3x3xf32>
}

// -----

// With strides, a dilation along the depth, uneven pads and a residual: planes
// have rows up to a multiple of the stride.
// CHECK-LABEL: func.func @strided(
// CHECK: resnet.pad {{.*}} -> tensor<?x2x2x6x4xf32>
// CHECK: resnet.pad %arg1, {{.*}} -> tensor<?x1x2x3x2xf32>
// CHECK: resnet.conv {{.*}} residual {{.*}} {pads = array<i64: 0, 0, 1, 0>, strides = array<i64: 2, 2>} : (tensor<?x2x12x4xf32>, {{.*}} -> tensor<?x1x6x2xf32>
func.func @strided(%x: tensor<?x1x5x4x4xf32>, %s: tensor<?x1x2x2x2xf32>) -> tensor<?x1x2x2x2xf32> {
  %w = resnet.constant dense<[[[[[1.0], [2.0], [3.0]], [[-1.0], [0.5], [4.0]]]]]> : tensor<1x1x2x3x1xf32>
  %y = resnet.conv %x, %w residual %s {pads = array<i64: 0, 1, 0, 0, 0, 0>, strides = array<i64: 2, 2, 2>, dilations = array<i64: 2, 1, 1>} : (tensor<?x1x5x4x4xf32>, tensor<1x1x2x3x1xf32>, tensor<?x1x2x2x2xf32>) -> tensor<?x1x2x2x2xf32>
  return %y : tensor<?x1x2x2x2xf32>
}

// -----

// CHECK-LABEL: func.func @others(
// CHECK: resnet.max_pool {{.*}} {kernel_shape = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>} : (tensor<?x8x6x6xf32>) -> tensor<?x8x3x3xf32>
// CHECK: resnet.max_pool {{.*}} {kernel_shape = array<i64: 3, 1>, pads = array<i64: 1, 0, 1, 0>, strides = array<i64: 2, 1>} : (tensor<?x2x4x9xf32>) -> tensor<?x2x2x9xf32>
// CHECK: resnet.avg_pool {{.*}} : (tensor<?x4x3x3xf32>) -> tensor<?x4x2x2xf32>
// CHECK: resnet.avg_pool {{.*}} : (tensor<?x2x2x4xf32>) -> tensor<?x2x2x4xf32>
// CHECK: resnet.batch_norm {{.*}} -> tensor<?x2x4x2xf32>
// CHECK-NEXT: resnet.relu
// CHECK-NEXT: resnet.global_avg_pool {{.*}} : (tensor<?x2x4x2xf32>) -> tensor<?x2x1x1xf32>
func.func @others(%x: tensor<?x2x4x6x6xf32>) -> tensor<?x2x1x1x1xf32> {
  %v = resnet.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %m = resnet.max_pool %x {kernel_shape = array<i64: 3, 3, 3>, pads = array<i64: 1, 1, 1, 1, 1, 1>, strides = array<i64: 2, 2, 2>, dilations = array<i64: 1, 1, 1>} : (tensor<?x2x4x6x6xf32>) -> tensor<?x2x2x3x3xf32>
  %a = resnet.avg_pool %m {kernel_shape = array<i64: 1, 3, 3>, pads = array<i64: 0, 1, 1, 0, 0, 0>, strides = array<i64: 1, 1, 1>, dilations = array<i64: 1, 1, 1>} : (tensor<?x2x2x3x3xf32>) -> tensor<?x2x2x2x2xf32>
  %n = resnet.batch_norm %a, %v, %v, %v, %v : (tensor<?x2x2x2x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x2x2x2x2xf32>
  %r = resnet.relu %n : (tensor<?x2x2x2x2xf32>) -> tensor<?x2x2x2x2xf32>
  %g = resnet.global_avg_pool %r : (tensor<?x2x2x2x2xf32>) -> tensor<?x2x1x1x1xf32>
  return %g : tensor<?x2x1x1x1xf32>
}

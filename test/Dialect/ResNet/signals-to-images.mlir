// RUN: resnet-opt %s --resnet-signals-to-images --split-input-file | FileCheck %s

// A residual block: reshapes are left at its ends only.
// CHECK-LABEL: func.func @block(
// CHECK-NOT: resnet.reshape
// CHECK: %[[X:.+]] = resnet.reshape %arg0, %{{.+}} -> tensor<?x2x1x9xf32>
// CHECK-NEXT: %[[C:.+]] = resnet.conv %[[X]], %{{.+}} {pads = array<i64: 0, 1, 0, 1>, strides = array<i64: 1, 2>} : (tensor<?x2x1x9xf32>, tensor<2x2x1x3xf32>) -> tensor<?x2x1x5xf32>
// CHECK-NEXT: %[[N:.+]] = resnet.batch_norm %[[C]], {{.*}} -> tensor<?x2x1x5xf32>
// CHECK-NEXT: %[[X2:.+]] = resnet.reshape %arg0,
// CHECK-NEXT: %[[P:.+]] = resnet.max_pool %[[X2]] {kernel_shape = array<i64: 1, 3>, pads = array<i64: 0, 1, 0, 1>, strides = array<i64: 1, 2>}
// CHECK-NEXT: %[[S:.+]] = resnet.mul %[[P]], %{{.+}} : (tensor<?x2x1x5xf32>, tensor<2x1x1xf32>)
// CHECK-NEXT: %[[A:.+]] = resnet.add %[[N]], %[[S]] :
// CHECK-NEXT: %[[R:.+]] = resnet.clip %[[A]] min
// CHECK-NEXT: %[[J:.+]] = resnet.concat %[[R]], %[[P]] {axis = 3 : i64}
// CHECK-NEXT: %[[Y:.+]] = resnet.reshape %[[J]], %{{.+}} -> tensor<?x2x10xf32>
// CHECK-NEXT: return %[[Y]]
func.func @block(%x: tensor<?x2x9xf32>) -> tensor<?x2x10xf32> {
  %w = resnet.constant dense<[[[1.0, 2.0, 3.0], [0.5, 1.0, -1.0]], [[2.0, 1.0, 0.25], [1.0, 1.0, 1.0]]]> : tensor<2x2x3xf32>
  %v = resnet.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %s = resnet.constant dense<[[2.0], [3.0]]> : tensor<2x1xf32>
  %zero = resnet.constant dense<0.0> : tensor<f32>
  %c = resnet.conv %x, %w {pads = array<i64: 1, 1>, strides = array<i64: 2>, dilations = array<i64: 1>} : (tensor<?x2x9xf32>, tensor<2x2x3xf32>) -> tensor<?x2x5xf32>
  %n = resnet.batch_norm %c, %v, %v, %v, %v : (tensor<?x2x5xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x2x5xf32>
  %p = resnet.max_pool %x {kernel_shape = array<i64: 3>, pads = array<i64: 1, 1>, strides = array<i64: 2>, dilations = array<i64: 1>} : (tensor<?x2x9xf32>) -> tensor<?x2x5xf32>
  %m = resnet.mul %p, %s : (tensor<?x2x5xf32>, tensor<2x1xf32>) -> tensor<?x2x5xf32>
  %a = resnet.add %n, %m : (tensor<?x2x5xf32>, tensor<?x2x5xf32>) -> tensor<?x2x5xf32>
  %r = resnet.clip %a min %zero : (tensor<?x2x5xf32>, tensor<f32>) -> tensor<?x2x5xf32>
  %j = resnet.concat %r, %p {axis = -1 : i64} : (tensor<?x2x5xf32>, tensor<?x2x5xf32>) -> tensor<?x2x10xf32>
  return %j : tensor<?x2x10xf32>
}

// -----

// A transposed convolution, global and mean pools.
// CHECK-LABEL: func.func @others(
// CHECK: resnet.conv_transpose {{.*}} {output_padding = array<i64: 0, 1>, pads = array<i64: 0, 1, 0, 1>, strides = array<i64: 1, 2>} : {{.*}} -> tensor<?x2x1x8xf32>
// CHECK: resnet.avg_pool {{.*}} -> tensor<?x2x1x4xf32>
// CHECK: resnet.global_avg_pool {{.*}} -> tensor<?x2x1x1xf32>
func.func @others(%x: tensor<?x1x4xf32>) -> tensor<?x2x1xf32> {
  %w = resnet.constant dense<[[[1.0, 2.0, 3.0], [0.5, 1.0, -1.0]]]> : tensor<1x2x3xf32>
  %t = resnet.conv_transpose %x, %w {strides = array<i64: 2>, pads = array<i64: 1, 1>, dilations = array<i64: 1>, output_padding = array<i64: 1>} : (tensor<?x1x4xf32>, tensor<1x2x3xf32>) -> tensor<?x2x8xf32>
  %p = resnet.avg_pool %t {kernel_shape = array<i64: 2>, pads = array<i64: 0, 0>, strides = array<i64: 2>, dilations = array<i64: 1>} : (tensor<?x2x8xf32>) -> tensor<?x2x4xf32>
  %g = resnet.global_avg_pool %p : (tensor<?x2x4xf32>) -> tensor<?x2x1xf32>
  return %g : tensor<?x2x1xf32>
}

// -----

// What follows no image stays a signal, and so does a sum with what is computed
// and broadcast.
// CHECK-LABEL: func.func @signals(
// CHECK-NEXT: resnet.relu %arg0 : (tensor<?x2x5xf32>)
func.func @signals(%x: tensor<?x2x5xf32>) -> tensor<?x2x5xf32> {
  %r = resnet.relu %x : (tensor<?x2x5xf32>) -> tensor<?x2x5xf32>
  return %r : tensor<?x2x5xf32>
}

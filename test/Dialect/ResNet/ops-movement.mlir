// RUN: resnet-opt %s | resnet-opt | FileCheck %s

// CHECK-LABEL: func.func @movement
func.func @movement(%x: tensor<?x8x6x6xf32>, %i: tensor<?x2xi64>, %v: tensor<2xi64>, %u: tensor<*xf32>) {
  // CHECK: resnet.pad %{{.*}}, %{{.*}} {mode = "edge"}
  %pads = resnet.constant dense<[0, 0, 1, 2, 0, 0, 3, 4]> : tensor<8xi64>
  %p = resnet.pad %x, %pads {mode = "edge"} : (tensor<?x8x6x6xf32>, tensor<8xi64>) -> tensor<?x8x10x12xf32>
  // CHECK: resnet.depth_to_space %{{.*}} {block = 2 : i64, columns_first = true}
  %d = resnet.depth_to_space %x {block = 2 : i64, columns_first = true} : (tensor<?x8x6x6xf32>) -> tensor<?x2x12x12xf32>
  // CHECK: resnet.space_to_depth
  %s = resnet.space_to_depth %x {block = 3 : i64} : (tensor<?x8x6x6xf32>) -> tensor<?x72x2x2xf32>
  // CHECK: resnet.trilu %{{.*}} {upper = false}
  %t = resnet.trilu %x {upper = false} : (tensor<?x8x6x6xf32>) -> tensor<?x8x6x6xf32>
  // CHECK: resnet.reverse_sequence
  %l = resnet.constant dense<3> : tensor<8xi64>
  %r = resnet.reverse_sequence %x, %l {batch_axis = 1 : i64, time_axis = -1 : i64} : (tensor<?x8x6x6xf32>, tensor<8xi64>) -> tensor<?x8x6x6xf32>
  // CHECK: resnet.resize %{{.*}} scales %{{.*}} {mode = "cubic"}
  %by = resnet.constant dense<[1.0, 1.0, 0.5, 2.5]> : tensor<4xf32>
  %z = resnet.resize %x scales %by {mode = "cubic"} : (tensor<?x8x6x6xf32>, tensor<4xf32>) -> tensor<?x8x3x15xf32>
  // CHECK: resnet.top_k
  %k = resnet.constant dense<4> : tensor<1xi64>
  %top = resnet.top_k %x, %k {axis = 1 : i64} : (tensor<?x8x6x6xf32>, tensor<1xi64>) -> tensor<?x4x6x6xi64>
  // CHECK: resnet.one_hot
  %depth = resnet.constant dense<5> : tensor<i64>
  %values = resnet.constant dense<[0.0, 1.0]> : tensor<2xf32>
  %hot = resnet.one_hot %i, %depth, %values {axis = 1 : i64} : (tensor<?x2xi64>, tensor<i64>, tensor<2xf32>) -> tensor<?x5x2xf32>
  return
}

// Where an operand is no constant, results say what is known without it.
// CHECK-LABEL: func.func @unknown
func.func @unknown(%x: tensor<3x4xf32>, %v: tensor<2xi64>, %f: tensor<2xf32>, %s: tensor<i64>, %u: tensor<*xf32>) {
  %a = resnet.expand %x, %v : (tensor<3x4xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  %b = resnet.tile %x, %v : (tensor<3x4xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  %c = resnet.resize %x scales %f : (tensor<3x4xf32>, tensor<2xf32>) -> tensor<?x?xf32>
  %d = resnet.resize %x sizes %v : (tensor<3x4xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  %e = resnet.top_k %x, %s : (tensor<3x4xf32>, tensor<i64>) -> tensor<3x?xi64>
  %g = resnet.range %s, %s, %s : (tensor<i64>, tensor<i64>, tensor<i64>) -> tensor<?xi64>
  %h = resnet.non_zero %x : (tensor<3x4xf32>) -> tensor<2x?xi64>
  %i = resnet.gather_nd %u, %v : (tensor<*xf32>, tensor<2xi64>) -> tensor<*xf32>
  return
}

// RUN: resnet-opt %s | resnet-opt | FileCheck %s

// CHECK-LABEL: func.func @conv
func.func @conv(%x: tensor<?x64x56x56xf32>, %w: tensor<64x32x3x3xf32>,
                %b: tensor<64xf32>, %s: tensor<?x64x28x28xf32>) -> tensor<?x64x28x28xf32> {
  // CHECK: resnet.conv %{{.*}}, %{{.*}} bias %{{.*}} residual %{{.*}} {activation = #resnet.activation<relu>, group = 2 : i64, pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>}
  %y = resnet.conv %x, %w bias %b residual %s
         {activation = #resnet.activation<relu>, group = 2 : i64,
          pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>}
     : (tensor<?x64x56x56xf32>, tensor<64x32x3x3xf32>, tensor<64xf32>,
        tensor<?x64x28x28xf32>) -> tensor<?x64x28x28xf32>
  return %y : tensor<?x64x28x28xf32>
}

// Any number of spatial dimensions.
// CHECK-LABEL: func.func @conv_1d_3d
func.func @conv_1d_3d(%x: tensor<1x4x32xf32>, %w: tensor<8x4x3xf32>,
                      %v: tensor<1x4x8x8x8xf32>, %u: tensor<2x4x2x2x2xf32>) {
  // CHECK: -> tensor<1x8x30xf32>
  %y = resnet.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>}
     : (tensor<1x4x32xf32>, tensor<8x4x3xf32>) -> tensor<1x8x30xf32>
  // CHECK: -> tensor<1x2x4x4x4xf32>
  %z = resnet.conv %v, %u {strides = array<i64: 2, 2, 2>, pads = array<i64: 0, 0, 0, 0, 0, 0>, dilations = array<i64: 1, 1, 1>}
     : (tensor<1x4x8x8x8xf32>, tensor<2x4x2x2x2xf32>) -> tensor<1x2x4x4x4xf32>
  return
}

// CHECK-LABEL: func.func @head
func.func @head(%x: tensor<?x512x7x7xf32>) -> tensor<?x10xf32> {
  // CHECK: resnet.global_avg_pool %{{.*}} : (tensor<?x512x7x7xf32>) -> tensor<?x512x1x1xf32>
  %p = resnet.global_avg_pool %x : (tensor<?x512x7x7xf32>) -> tensor<?x512x1x1xf32>
  // CHECK: resnet.flatten
  %f = resnet.flatten %p : (tensor<?x512x1x1xf32>) -> tensor<?x512xf32>
  // CHECK: resnet.constant dense<0.000000e+00> : tensor<10x512xf32>
  %w = resnet.constant dense<0.0> : tensor<10x512xf32>
  %b = resnet.constant dense<0.0> : tensor<10xf32>
  // CHECK: resnet.gemm %{{.*}}, %{{.*}}, %{{.*}} {trans_b = true}
  %g = resnet.gemm %f, %w, %b {trans_b = true}
     : (tensor<?x512xf32>, tensor<10x512xf32>, tensor<10xf32>) -> tensor<?x10xf32>
  // CHECK: resnet.softmax
  %s = resnet.softmax %g {axis = 1 : i64} : (tensor<?x10xf32>) -> tensor<?x10xf32>
  return %s : tensor<?x10xf32>
}

// Layouts are free: inference does not look at them.
// CHECK-LABEL: func.func @layouts
func.func @layouts(%x: tensor<?x16x8x8xf32>) {
  // CHECK: tensor<?x16x8x8xf32, #resnet.layout<block = 8, halo = [1, 1, 1, 1]>>
  %y = resnet.reorder %x
     : (tensor<?x16x8x8xf32>) -> tensor<?x16x8x8xf32, #resnet.layout<block = 8, halo = [1, 1, 1, 1]>>
  %z = resnet.relu %y
     : (tensor<?x16x8x8xf32, #resnet.layout<block = 8, halo = [1, 1, 1, 1]>>) -> tensor<?x16x8x8xf32>
  return
}

// CHECK-LABEL: func.func @pools
func.func @pools(%x: tensor<?x8x6x6xf32>) {
  // CHECK: resnet.max_pool
  %a = resnet.max_pool %x {kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>}
     : (tensor<?x8x6x6xf32>) -> tensor<?x8x2x2xf32>
  %b = resnet.max_pool %x {kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>, ceil_mode = true}
     : (tensor<?x8x6x6xf32>) -> tensor<?x8x3x3xf32>
  // A window that would begin in the end padding is left out.
  %c = resnet.avg_pool %x {kernel_shape = array<i64: 2, 2>, strides = array<i64: 4, 4>,
                           pads = array<i64: 0, 0, 1, 1>, ceil_mode = true, count_include_pad = true}
     : (tensor<?x8x6x6xf32>) -> tensor<?x8x2x2xf32>
  return
}

// CHECK-LABEL: func.func @data
func.func @data(%x: tensor<?x4x6xf32>, %i: tensor<2xi64>) {
  %axes = resnet.constant dense<[1, 2]> : tensor<2xi64>
  %starts = resnet.constant dense<[-1, 0]> : tensor<2xi64>
  %ends = resnet.constant dense<[-100, 9223372036854775807]> : tensor<2xi64>
  %steps = resnet.constant dense<[-1, 4]> : tensor<2xi64>
  // CHECK: resnet.slice %{{.*}}, %{{.*}}, %{{.*}} axes %{{.*}} steps %{{.*}} :
  %s = resnet.slice %x, %starts, %ends axes %axes steps %steps
     : (tensor<?x4x6xf32>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) -> tensor<?x4x2xf32>
  %pads = resnet.constant dense<[1, -2, 3, 0]> : tensor<4xi64>
  // CHECK: resnet.pad %{{.*}}, %{{.*}} axes %{{.*}} :
  %p = resnet.pad %x, %pads axes %axes
     : (tensor<?x4x6xf32>, tensor<4xi64>, tensor<2xi64>) -> tensor<?x8x4xf32>
  // CHECK: resnet.gather
  %g = resnet.gather %x, %i {axis = -1 : i64} : (tensor<?x4x6xf32>, tensor<2xi64>) -> tensor<?x4x2xf32>
  // CHECK: resnet.reduce_mean %{{.*}}, %{{.*}} {keepdims = false}
  %m = resnet.reduce_mean %x, %axes {keepdims = false} : (tensor<?x4x6xf32>, tensor<2xi64>) -> tensor<?xf32>
  %t = resnet.transpose %x {perm = array<i64: 0, 2, 1>} : (tensor<?x4x6xf32>) -> tensor<?x6x4xf32>
  %c = resnet.concat %x, %x {axis = 1 : i64} : (tensor<?x4x6xf32>, tensor<?x4x6xf32>) -> tensor<?x8x6xf32>
  %shape = resnet.constant dense<[0, -1]> : tensor<2xi64>
  %r = resnet.reshape %x, %shape : (tensor<?x4x6xf32>, tensor<2xi64>) -> tensor<?x24xf32>
  %lo = resnet.constant dense<0.0> : tensor<f32>
  // CHECK: resnet.clip %{{.*}} max %{{.*}} :
  %k = resnet.clip %x max %lo : (tensor<?x4x6xf32>, tensor<f32>) -> tensor<?x4x6xf32>
  return
}

// Where an operand is not constant, results say what is known without it.
// CHECK-LABEL: func.func @unknown
func.func @unknown(%x: tensor<?x4x6xf32>, %v: tensor<2xi64>, %u: tensor<*xf32>) {
  %a = resnet.reshape %x, %v : (tensor<?x4x6xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  %b = resnet.squeeze %x, %v : (tensor<?x4x6xf32>, tensor<2xi64>) -> tensor<?xf32>
  %c = resnet.pad %x, %v : (tensor<?x4x6xf32>, tensor<2xi64>) -> tensor<?x?x?xf32>
  %d = resnet.relu %u : (tensor<*xf32>) -> tensor<*xf32>
  %e = resnet.add %u, %x : (tensor<*xf32>, tensor<?x4x6xf32>) -> tensor<*xf32>
  return
}

// CHECK-LABEL: func.func @elementwise
func.func @elementwise(%x: tensor<?x8xf32>, %i: tensor<?x8xui8>) {
  // CHECK: resnet.exp %{{.*}} : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %a = resnet.exp %x : (tensor<?x8xf32>) -> tensor<?x8xf32>
  // CHECK: resnet.elu %{{.*}} {alpha = 2.000000e+00 : f64}
  %b = resnet.elu %x {alpha = 2.0} : (tensor<?x8xf32>) -> tensor<?x8xf32>
  // CHECK: resnet.is_inf %{{.*}} {detect_negative = false} : (tensor<?x8xf32>) -> tensor<?x8xi1>
  %c = resnet.is_inf %x {detect_negative = false} : (tensor<?x8xf32>) -> tensor<?x8xi1>
  // CHECK: resnet.less %{{.*}}, %{{.*}} : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xi1>
  %d = resnet.less %x, %a : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xi1>
  // CHECK: resnet.where
  %e = resnet.where %d, %x, %a : (tensor<?x8xi1>, tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  // CHECK: resnet.shift %{{.*}}, %{{.*}} {left = true}
  %f = resnet.shift %i, %i {left = true} : (tensor<?x8xui8>, tensor<?x8xui8>) -> tensor<?x8xui8>
  return
}

// CHECK-LABEL: func.func @windows
func.func @windows(%x: tensor<1x4x6x6xf32>, %w: tensor<4x2x3x3xf32>, %b: tensor<2xf32>) {
  // CHECK: resnet.conv_transpose %{{.*}}, %{{.*}} bias %{{.*}} {strides = array<i64: 2, 2>}
  %c = resnet.conv_transpose %x, %w bias %b {strides = array<i64: 2, 2>}
     : (tensor<1x4x6x6xf32>, tensor<4x2x3x3xf32>, tensor<2xf32>) -> tensor<1x2x13x13xf32>
  // CHECK: resnet.max_pool_indices
  %i = resnet.max_pool_indices %x {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>}
     : (tensor<1x4x6x6xf32>) -> tensor<1x4x3x3xi64>
  %p = resnet.max_pool %x {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>}
     : (tensor<1x4x6x6xf32>) -> tensor<1x4x3x3xf32>
  // CHECK: resnet.max_unpool
  %u = resnet.max_unpool %p, %i {indexed_shape = array<i64: 1, 4, 6, 6>, output_shape = array<i64: 1, 4, 6, 6>}
     : (tensor<1x4x3x3xf32>, tensor<1x4x3x3xi64>) -> tensor<1x4x6x6xf32>
  // CHECK: resnet.einsum %{{.*}} {labels = [array<i64: 0, 2, 1, 1>], rank = 3 : i64}
  %e = resnet.einsum %x {labels = [array<i64: 0, 2, 1, 1>], rank = 3 : i64}
     : (tensor<1x4x6x6xf32>) -> tensor<1x6x4xf32>
  return
}

// CHECK-LABEL: func.func @along_axes
func.func @along_axes(%x: tensor<?x4x6xf32>, %t: tensor<?x6xi64>, %v: tensor<1xi64>) {
  %axes = resnet.constant dense<[1, 2]> : tensor<2xi64>
  %axis = resnet.constant dense<1> : tensor<i64>
  // CHECK: resnet.reduce %{{.*}}, %{{.*}} {keepdims = false, kind = #resnet.reduction<log_sum_exp>}
  %a = resnet.reduce %x, %axes {keepdims = false, kind = #resnet.reduction<log_sum_exp>} : (tensor<?x4x6xf32>, tensor<2xi64>) -> tensor<?xf32>
  %b = resnet.reduce %x {kind = #resnet.reduction<l1>} : (tensor<?x4x6xf32>) -> tensor<1x1x1xf32>
  %c = resnet.reduce %x, %v {kind = #resnet.reduction<max>} : (tensor<?x4x6xf32>, tensor<1xi64>) -> tensor<?x?x?xf32>
  // CHECK: resnet.arg_max %{{.*}} {axis = -1 : i64, select_last_index = true}
  %d = resnet.arg_max %x {axis = -1 : i64, select_last_index = true} : (tensor<?x4x6xf32>) -> tensor<?x4x1xi64>
  // CHECK: resnet.arg_min %{{.*}} {axis = 1 : i64, keepdims = false}
  %e = resnet.arg_min %x {axis = 1 : i64, keepdims = false} : (tensor<?x4x6xf32>) -> tensor<?x6xi64>
  // CHECK: resnet.hardmax %{{.*}} {axis = 1 : i64, flatten = true}
  %f = resnet.hardmax %x {axis = 1 : i64, flatten = true} : (tensor<?x4x6xf32>) -> tensor<?x4x6xf32>
  // CHECK: resnet.cumsum %{{.*}}, %{{.*}} {exclusive = true, reverse = true}
  %g = resnet.cumsum %x, %axis {exclusive = true, reverse = true} : (tensor<?x4x6xf32>, tensor<i64>) -> tensor<?x4x6xf32>
  // CHECK: resnet.lrn %{{.*}} {alpha = 2.000000e+00 : f32, size = 5 : i64}
  %h = resnet.lrn %x {alpha = 2.0 : f32, size = 5 : i64} : (tensor<?x4x6xf32>) -> tensor<?x4x6xf32>
  // CHECK: resnet.pick_class %{{.*}}, %{{.*}} {ignore_index = -1 : i64}
  %i = resnet.pick_class %x, %t {ignore_index = -1 : i64} : (tensor<?x4x6xf32>, tensor<?x6xi64>) -> tensor<?x6xf32>
  return
}

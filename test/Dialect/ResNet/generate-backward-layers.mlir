// RUN: resnet-opt %s --resnet-generate-backward --canonicalize --cse --split-input-file | FileCheck %s
// RUN: resnet-opt %s --resnet-generate-backward=trainable=conv.weight --canonicalize --cse --split-input-file | FileCheck %s --check-prefix=FROZEN

// Batch normalization that is learned takes the statistics of the batch while
// it is trained, and mixes them into the running ones, unless the loss is no
// finite number. The scale and the variance, which the exporter merged, are
// separate.
// CHECK-LABEL: func.func @norm(
// CHECK-SAME: %[[S:[^:]+]]: tensor<8xf32> {resnet.name = "ones", resnet.role = "parameter",
// CHECK-SAME: %[[B:[^:]+]]: tensor<8xf32> {resnet.name = "zeros", resnet.role = "parameter",
// CHECK-SAME: %[[M:[^:]+]]: tensor<8xf32> {resnet.name = "zeros_1", resnet.role = "buffer", resnet.value = dense<0.000000e+00> : tensor<8xf32>},
// CHECK-SAME: %[[V:[^:]+]]: tensor<8xf32> {resnet.name = "ones_1", resnet.role = "buffer", resnet.value = dense<1.000000e+00> : tensor<8xf32>})
// CHECK: resnet.batch_norm %{{.+}}, %[[S]], %[[B]], %[[M]], %[[V]]
// CHECK-LABEL: func.func @norm_backward(
// CHECK-SAME: %[[M:[^:]+]]: tensor<8xf32> {resnet.name = "zeros_1", resnet.role = "buffer",
// CHECK-SAME: %[[V:[^:]+]]: tensor<8xf32> {resnet.name = "ones_1", resnet.role = "buffer",
// CHECK-SAME: %[[RATE:[^:]+]]: tensor<f32> {resnet.name = "batch_norm_momentum", resnet.role = "setting", resnet.value = dense<1.000000e-01> : tensor<f32>})
// CHECK-SAME: tensor<8xf32> {resnet.name = "zeros_1", resnet.role = "buffer", resnet.updates = 5 : i64},
// CHECK-SAME: tensor<8xf32> {resnet.name = "ones_1", resnet.role = "buffer", resnet.updates = 6 : i64})
// CHECK: %[[C:.+]] = resnet.conv
// CHECK: %[[MEAN:.+]], %[[VARIANCE:.+]] = resnet.batch_statistics %[[C]]
// CHECK: resnet.batch_norm %[[C]], %{{.+}}, %{{.+}}, %[[MEAN]], %[[VARIANCE]]
// CHECK: %[[KEPT:.+]] = resnet.mul %{{.+}}, %[[M]]
// CHECK: %[[NEW:.+]] = resnet.mul %[[RATE]], %[[MEAN]]
// CHECK: %[[NEXTM:.+]] = resnet.add %[[KEPT]], %[[NEW]]
// CHECK: %[[N:.+]] = resnet.batch_size %[[C]]
// CHECK: %[[UNBIASED:.+]] = resnet.mul %[[VARIANCE]],
// CHECK: %[[NEW:.+]] = resnet.mul %[[RATE]], %[[UNBIASED]]
// CHECK: %[[NEXTV:.+]] = resnet.add %{{.+}}, %[[NEW]]
// CHECK: resnet.channel_sums
// CHECK: resnet.conv_filter_gradient
// CHECK: %[[SIZE:.+]] = resnet.abs %[[LOSS:.+]] : (tensor<f32>)
// CHECK: %[[FINITE:.+]] = resnet.less %[[SIZE]], %{{.+}} : (tensor<f32>, tensor<f32>) -> tensor<i1>
// CHECK: %[[KEEPM:.+]] = resnet.where %[[FINITE]], %[[NEXTM]], %[[M]]
// CHECK: %[[KEEPV:.+]] = resnet.where %[[FINITE]], %[[NEXTV]], %[[V]]
// CHECK: return %[[LOSS]], {{.+}} %[[KEEPM]], %[[KEEPV]] :

// Otherwise it stays what it is, with constants; its input gradient needs no
// sums, and the first convolution's input has none.
// FROZEN-LABEL: func.func @norm_backward(
// FROZEN-NOT: resnet.batch_statistics
// FROZEN-NOT: resnet.channel_sums
// FROZEN-NOT: resnet.conv_transpose
// FROZEN: resnet.conv_filter_gradient
// FROZEN: return
func.func @norm(%x: tensor<?x3x6x6xf32> {resnet.name = "x"}) -> (tensor<?x8x6x6xf32> {resnet.name = "y"}) {
  %w = resnet.constant dense<[[[[1.0]], [[2.0]], [[3.0]]], [[[1.0]], [[2.0]], [[3.0]]], [[[1.0]], [[2.0]], [[3.0]]], [[[1.0]], [[2.0]], [[3.0]]], [[[1.0]], [[2.0]], [[3.0]]], [[[1.0]], [[2.0]], [[3.0]]], [[[1.0]], [[2.0]], [[3.0]]], [[[1.0]], [[2.0]], [[4.0]]]]> : tensor<8x3x1x1xf32> loc("conv.weight")
  %ones = resnet.constant dense<1.0> : tensor<8xf32> loc("ones")
  %zeros = resnet.constant dense<0.0> : tensor<8xf32> loc("zeros")
  %0 = resnet.conv %x, %w : (tensor<?x3x6x6xf32>, tensor<8x3x1x1xf32>) -> tensor<?x8x6x6xf32>
  %1 = resnet.batch_norm %0, %ones, %zeros, %zeros, %ones : (tensor<?x8x6x6xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<?x8x6x6xf32>
  return %1 : tensor<?x8x6x6xf32>
}

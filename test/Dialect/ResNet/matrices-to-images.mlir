// RUN: resnet-opt %s --resnet-matrices-to-images | FileCheck %s

// CHECK-LABEL: func.func @forward(
// CHECK-SAME: %[[X:[^:]+]]: tensor<?x64xf32>, %[[W:[^:]+]]: tensor<10x64xf32>, %[[B:[^:]+]]: tensor<10xf32>
// CHECK-DAG: %[[X4:.+]] = resnet.reshape %[[X]], {{.+}} -> tensor<?x64x1x1xf32>
// CHECK-DAG: %[[W4:.+]] = resnet.reshape %[[W]], {{.+}} -> tensor<10x64x1x1xf32>
// CHECK: %[[Y4:.+]] = resnet.conv %[[X4]], %[[W4]] bias %[[B]]
// CHECK: %[[Y:.+]] = resnet.reshape %[[Y4]], {{.+}} -> tensor<?x10xf32>
// CHECK: return %[[Y]]
func.func @forward(%x: tensor<?x64xf32>, %w: tensor<10x64xf32>, %b: tensor<10xf32>) -> tensor<?x10xf32> attributes {resnet.training} {
  %y = resnet.gemm %x, %w, %b {trans_b = true} : (tensor<?x64xf32>, tensor<10x64xf32>, tensor<10xf32>) -> tensor<?x10xf32>
  return %y : tensor<?x10xf32>
}

// A matrix with a row for each input channel, under a transpose or not.
// CHECK-LABEL: func.func @rows(
// CHECK: resnet.conv_transpose
// CHECK: resnet.conv_transpose
// CHECK: resnet.conv %
// CHECK-NOT: resnet.matmul
func.func @rows(%g: tensor<?x10xf32>, %w: tensor<10x64xf32>, %v: tensor<10x64xf32>) -> (tensor<?x64xf32>, tensor<?x64xf32>, tensor<?x10xf32>) attributes {resnet.training} {
  %a = resnet.gemm %g, %w : (tensor<?x10xf32>, tensor<10x64xf32>) -> tensor<?x64xf32>
  %b = resnet.matmul %g, %v : (tensor<?x10xf32>, tensor<10x64xf32>) -> tensor<?x64xf32>
  %t = resnet.transpose %w {perm = array<i64: 1, 0>} : (tensor<10x64xf32>) -> tensor<64x10xf32>
  %c = resnet.matmul %a, %t : (tensor<?x64xf32>, tensor<64x10xf32>) -> tensor<?x10xf32>
  return %a, %b, %c : tensor<?x64xf32>, tensor<?x64xf32>, tensor<?x10xf32>
}

// CHECK-LABEL: func.func @gradient(
// CHECK-SAME: %[[A:[^:]+]]: tensor<?x3xf32>, %[[B:[^:]+]]: tensor<?x5xf32>
// CHECK-DAG: %[[A4:.+]] = resnet.reshape %[[A]], {{.+}} -> tensor<?x3x1x1xf32>
// CHECK-DAG: %[[B4:.+]] = resnet.reshape %[[B]], {{.+}} -> tensor<?x5x1x1xf32>
// CHECK: %[[W4:.+]] = resnet.conv_filter_gradient %[[B4]], %[[A4]] {kernel_shape = array<i64: 1, 1>{{.*}}} : (tensor<?x5x1x1xf32>, tensor<?x3x1x1xf32>) -> tensor<3x5x1x1xf32>
// CHECK: resnet.reshape %[[W4]], {{.+}} -> tensor<3x5xf32>
func.func @gradient(%a: tensor<?x3xf32>, %b: tensor<?x5xf32>) -> tensor<3x5xf32> attributes {resnet.training} {
  %t = resnet.transpose %a {perm = array<i64: 1, 0>} : (tensor<?x3xf32>) -> tensor<3x?xf32>
  %y = resnet.matmul %t, %b : (tensor<3x?xf32>, tensor<?x5xf32>) -> tensor<3x5xf32>
  return %y : tensor<3x5xf32>
}

// With factors, with a matrix added, of examples' own matrices, in inference.
// CHECK-LABEL: func.func @others(
// CHECK-COUNT-3: resnet.gemm
// CHECK-NOT: resnet.conv
func.func @others(%x: tensor<?x64xf32>, %w: tensor<10x64xf32>, %b: tensor<?x10xf32>, %m: tensor<?x64xf32>) -> (tensor<?x10xf32>, tensor<?x10xf32>, tensor<?x?xf32>) attributes {resnet.training} {
  %y = resnet.gemm %x, %w {trans_b = true, alpha = 2.0 : f32} : (tensor<?x64xf32>, tensor<10x64xf32>) -> tensor<?x10xf32>
  %z = resnet.gemm %x, %w, %b {trans_b = true} : (tensor<?x64xf32>, tensor<10x64xf32>, tensor<?x10xf32>) -> tensor<?x10xf32>
  %u = resnet.gemm %x, %m {trans_b = true} : (tensor<?x64xf32>, tensor<?x64xf32>) -> tensor<?x?xf32>
  return %y, %z, %u : tensor<?x10xf32>, tensor<?x10xf32>, tensor<?x?xf32>
}

// CHECK-LABEL: func.func @inference(
// CHECK: resnet.gemm
func.func @inference(%x: tensor<?x64xf32>, %w: tensor<10x64xf32>) -> tensor<?x10xf32> {
  %y = resnet.gemm %x, %w {trans_b = true} : (tensor<?x64xf32>, tensor<10x64xf32>) -> tensor<?x10xf32>
  return %y : tensor<?x10xf32>
}

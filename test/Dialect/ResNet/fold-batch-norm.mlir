// RUN: resnet-opt %s --resnet-fold-batch-norm --split-input-file | FileCheck %s

// The batch normalization of most tests here, chosen so that results are exact:
// scale / sqrt(variance + epsilon) = [4 / sqrt(3 + 1), 9 / sqrt(8 + 1)] = [2, 3],
// offset - mean * that = [1 - 3 * 2, 1 - 0.5 * 3] = [-5, -0.5].

// Weights [[10], [20]] times [2, 3]; the bias is the shift alone.
// CHECK-LABEL: func.func @after_conv(
// CHECK-DAG: %[[W:.+]] = resnet.constant dense<{{\[\[\[\[}}2.000000e+01]]], {{\[\[\[}}6.000000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[B:.+]] = resnet.constant dense<[-5.000000e+00, -5.000000e-01]> : tensor<2xf32>
// CHECK: %[[Y:.+]] = resnet.conv %arg0, %[[W]] bias %[[B]] {pads = array<i64: 1, 1, 1, 1>}
// CHECK-NOT: resnet.batch_norm
// CHECK: return %[[Y]]
func.func @after_conv(%x: tensor<?x1x4x4xf32>) -> tensor<?x2x6x6xf32> {
  %w = resnet.constant dense<[[[[10.0]]], [[[20.0]]]]> : tensor<2x1x1x1xf32>
  %scale = resnet.constant dense<[4.0, 9.0]> : tensor<2xf32>
  %offset = resnet.constant dense<1.0> : tensor<2xf32>
  %mean = resnet.constant dense<[3.0, 0.5]> : tensor<2xf32>
  %variance = resnet.constant dense<[3.0, 8.0]> : tensor<2xf32>
  %c = resnet.conv %x, %w {pads = array<i64: 1, 1, 1, 1>}
     : (tensor<?x1x4x4xf32>, tensor<2x1x1x1xf32>) -> tensor<?x2x6x6xf32>
  %y = resnet.batch_norm %c, %scale, %offset, %mean, %variance {epsilon = 1.0 : f32}
     : (tensor<?x2x6x6xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x2x6x6xf32>
  return %y : tensor<?x2x6x6xf32>
}

// -----

// The bias goes through the normalization: [1 * 2 - 5, 2 * 3 - 0.5].
// CHECK-LABEL: func.func @after_conv_with_bias(
// CHECK-DAG: %[[W:.+]] = resnet.constant dense<{{\[\[\[\[}}2.000000e+01]]], {{\[\[\[}}6.000000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[B:.+]] = resnet.constant dense<[-3.000000e+00, 5.500000e+00]> : tensor<2xf32>
// CHECK: resnet.conv %arg0, %[[W]] bias %[[B]] :
// CHECK-NEXT: return
func.func @after_conv_with_bias(%x: tensor<?x1x4x4xf32>) -> tensor<?x2x4x4xf32> {
  %w = resnet.constant dense<[[[[10.0]]], [[[20.0]]]]> : tensor<2x1x1x1xf32>
  %b = resnet.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %scale = resnet.constant dense<[4.0, 9.0]> : tensor<2xf32>
  %offset = resnet.constant dense<1.0> : tensor<2xf32>
  %mean = resnet.constant dense<[3.0, 0.5]> : tensor<2xf32>
  %variance = resnet.constant dense<[3.0, 8.0]> : tensor<2xf32>
  %c = resnet.conv %x, %w bias %b
     : (tensor<?x1x4x4xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<?x2x4x4xf32>
  %y = resnet.batch_norm %c, %scale, %offset, %mean, %variance {epsilon = 1.0 : f32}
     : (tensor<?x2x4x4xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x2x4x4xf32>
  return %y : tensor<?x2x4x4xf32>
}

// -----

// Computed in double precision and rounded once: 7 / sqrt(7) = 2.64575131106...
// is 2.64575124 (0x402953FD) in single precision, but with sqrt(7), or with the
// factor, rounded before it would be 2.64575148.
// CHECK-LABEL: func.func @rounds_once(
// CHECK-DAG: resnet.constant dense<2.64575124> : tensor<1x1x1x1xf32>
// CHECK-DAG: resnet.constant dense<0.000000e+00> : tensor<1xf32>
func.func @rounds_once(%x: tensor<?x1x4x4xf32>) -> tensor<?x1x4x4xf32> {
  %w = resnet.constant dense<7.0> : tensor<1x1x1x1xf32>
  %one = resnet.constant dense<1.0> : tensor<1xf32>
  %six = resnet.constant dense<6.0> : tensor<1xf32>
  %zero = resnet.constant dense<0.0> : tensor<1xf32>
  %c = resnet.conv %x, %w : (tensor<?x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<?x1x4x4xf32>
  %y = resnet.batch_norm %c, %one, %zero, %zero, %six {epsilon = 1.0 : f32}
     : (tensor<?x1x4x4xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<?x1x4x4xf32>
  return %y : tensor<?x1x4x4xf32>
}

// -----

// ((10 c + 1) * [2, 3] - [1, 2]) / [4, 8] + 0.5, constants in every shape that
// is one value a channel:
// weights [10 * 2 / 4, 10 * 3 / 8] = [5, 3.75],
// bias [(1 * 2 - 1) / 4 + 0.5, (1 * 3 - 2) / 8 + 0.5] = [0.75, 0.625].
// CHECK-LABEL: func.func @arithmetic(
// CHECK-DAG: %[[W:.+]] = resnet.constant dense<{{\[\[\[\[}}5.000000e+00]]], {{\[\[\[}}3.750000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[B:.+]] = resnet.constant dense<[7.500000e-01, 6.250000e-01]> : tensor<2xf32>
// CHECK: %[[Y:.+]] = resnet.conv %arg0, %[[W]] bias %[[B]] :
// CHECK-NEXT: return %[[Y]]
func.func @arithmetic(%x: tensor<?x1x4x4xf32>) -> tensor<?x2x4x4xf32> {
  %w = resnet.constant dense<10.0> : tensor<2x1x1x1xf32>
  %b = resnet.constant dense<1.0> : tensor<2xf32>
  %factor = resnet.constant dense<[[[2.0]], [[3.0]]]> : tensor<2x1x1xf32>
  %minus = resnet.constant dense<[[[[1.0]], [[2.0]]]]> : tensor<1x2x1x1xf32>
  %divisor = resnet.constant dense<[[[4.0]], [[8.0]]]> : tensor<2x1x1xf32>
  %half = resnet.constant dense<0.5> : tensor<f32>
  %c = resnet.conv %x, %w bias %b
     : (tensor<?x1x4x4xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<?x2x4x4xf32>
  // The constant may come first where the order does not matter.
  %0 = resnet.mul %factor, %c : (tensor<2x1x1xf32>, tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32>
  %1 = resnet.sub %0, %minus : (tensor<?x2x4x4xf32>, tensor<1x2x1x1xf32>) -> tensor<?x2x4x4xf32>
  %2 = resnet.div %1, %divisor : (tensor<?x2x4x4xf32>, tensor<2x1x1xf32>) -> tensor<?x2x4x4xf32>
  %y = resnet.add %2, %half : (tensor<?x2x4x4xf32>, tensor<f32>) -> tensor<?x2x4x4xf32>
  return %y : tensor<?x2x4x4xf32>
}

// -----

// A sum changes the bias only: the weight stays the very same constant.
// CHECK-LABEL: func.func @sum_keeps_weight(
// CHECK-DAG: %[[W:.+]] = resnet.constant dense_resource<w> : tensor<1x1x1x1xf32>
// CHECK-DAG: %[[B:.+]] = resnet.constant dense<5.000000e+00> : tensor<1xf32>
// CHECK: resnet.conv %arg0, %[[W]] bias %[[B]] :
func.func @sum_keeps_weight(%x: tensor<?x1x4x4xf32>) -> tensor<?x1x4x4xf32> {
  %w = resnet.constant dense_resource<w> : tensor<1x1x1x1xf32>
  %five = resnet.constant dense<5.0> : tensor<1x1x1xf32>
  %c = resnet.conv %x, %w : (tensor<?x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<?x1x4x4xf32>
  %y = resnet.add %c, %five : (tensor<?x1x4x4xf32>, tensor<1x1x1xf32>) -> tensor<?x1x4x4xf32>
  return %y : tensor<?x1x4x4xf32>
}
{-#
  dialect_resources: {
    builtin: {
      w: "0x040000000000803F"
    }
  }
#-}

// -----

// 1 - c and 1 / c are not what the fold computes: nothing may change.
// CHECK-LABEL: func.func @constant_first(
// CHECK: resnet.conv %arg0, %{{[^ ]+}} :
// CHECK-NEXT: resnet.sub
// CHECK-NEXT: resnet.conv %arg0, %{{[^ ]+}} :
// CHECK-NEXT: resnet.div
func.func @constant_first(%x: tensor<?x1x4x4xf32>) -> (tensor<?x1x4x4xf32>, tensor<?x1x4x4xf32>) {
  %w = resnet.constant dense<10.0> : tensor<1x1x1x1xf32>
  %one = resnet.constant dense<1.0> : tensor<f32>
  %c = resnet.conv %x, %w : (tensor<?x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<?x1x4x4xf32>
  %y = resnet.sub %one, %c : (tensor<f32>, tensor<?x1x4x4xf32>) -> tensor<?x1x4x4xf32>
  %d = resnet.conv %x, %w : (tensor<?x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<?x1x4x4xf32>
  %z = resnet.div %one, %d : (tensor<f32>, tensor<?x1x4x4xf32>) -> tensor<?x1x4x4xf32>
  return %y, %z : tensor<?x1x4x4xf32>, tensor<?x1x4x4xf32>
}

// -----

// tensor<4xf32> lies along the columns, however many channels there are; and a
// plane is not one value a channel.
// CHECK-LABEL: func.func @not_by_channel(
// CHECK: resnet.conv
// CHECK-NEXT: resnet.mul
// CHECK-NEXT: resnet.add
func.func @not_by_channel(%x: tensor<?x1x4x4xf32>) -> tensor<?x4x4x4xf32> {
  %w = resnet.constant dense<10.0> : tensor<4x1x1x1xf32>
  %columns = resnet.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %plane = resnet.constant dense<1.0> : tensor<4x1x4xf32>
  %c = resnet.conv %x, %w : (tensor<?x1x4x4xf32>, tensor<4x1x1x1xf32>) -> tensor<?x4x4x4xf32>
  %m = resnet.mul %c, %columns : (tensor<?x4x4x4xf32>, tensor<4xf32>) -> tensor<?x4x4x4xf32>
  %y = resnet.add %m, %plane : (tensor<?x4x4x4xf32>, tensor<4x1x4xf32>) -> tensor<?x4x4x4xf32>
  return %y : tensor<?x4x4x4xf32>
}

// -----

// The sum is larger than the convolution: it cannot be its bias.
// CHECK-LABEL: func.func @broadcasts(
// CHECK: resnet.conv %arg0, %{{[^ ]+}} :
// CHECK-NEXT: resnet.add
func.func @broadcasts(%x: tensor<?x1x4x4xf32>) -> tensor<?x2x4x4xf32> {
  %w = resnet.constant dense<10.0> : tensor<1x1x1x1xf32>
  %shift = resnet.constant dense<[[[1.0]], [[2.0]]]> : tensor<2x1x1xf32>
  %c = resnet.conv %x, %w : (tensor<?x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<?x1x4x4xf32>
  %y = resnet.add %c, %shift : (tensor<?x1x4x4xf32>, tensor<2x1x1xf32>) -> tensor<?x2x4x4xf32>
  return %y : tensor<?x2x4x4xf32>
}

// -----

// A Gemm's matrix is inputs x outputs, or with trans_b outputs x inputs. Columns
// (rows) times [2, 3]: [[1, 2], [3, 4], [5, 6]] gives [[2, 6], [6, 12], [10, 18]],
// and [[1, 2, 3], [4, 5, 6]] gives [[2, 4, 6], [12, 15, 18]]; bias [7 * 2, 8 * 3].
// CHECK-LABEL: func.func @after_gemm(
// CHECK-DAG: %[[W:.+]] = resnet.constant dense<{{\[\[}}2.000000e+00, 6.000000e+00], [6.000000e+00, 1.200000e+01], [1.000000e+01, 1.800000e+01]]> : tensor<3x2xf32>
// CHECK-DAG: %[[V:.+]] = resnet.constant dense<{{\[\[}}2.000000e+00, 4.000000e+00, 6.000000e+00], [1.200000e+01, 1.500000e+01, 1.800000e+01]]> : tensor<2x3xf32>
// CHECK-DAG: %[[B:.+]] = resnet.constant dense<[1.400000e+01, 2.400000e+01]> : tensor<2xf32>
// CHECK-DAG: %[[ZERO:.+]] = resnet.constant dense<0.000000e+00> : tensor<2xf32>
// CHECK: %[[Y:.+]] = resnet.gemm %arg0, %[[W]], %[[B]] :
// CHECK: %[[Z:.+]] = resnet.gemm %arg0, %[[V]], %[[ZERO]] {trans_b = true} :
// CHECK: return %[[Y]], %[[Z]]
func.func @after_gemm(%x: tensor<?x3xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>) {
  %w = resnet.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %v = resnet.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %b = resnet.constant dense<[7.0, 8.0]> : tensor<2xf32>
  %factor = resnet.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %g = resnet.gemm %x, %w, %b : (tensor<?x3xf32>, tensor<3x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  %y = resnet.mul %g, %factor : (tensor<?x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  %h = resnet.gemm %x, %v {trans_b = true} : (tensor<?x3xf32>, tensor<2x3xf32>) -> tensor<?x2xf32>
  %z = resnet.mul %h, %factor : (tensor<?x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  return %y, %z : tensor<?x2xf32>, tensor<?x2xf32>
}

// -----

// CHECK-LABEL: func.func @scaled_gemm(
// CHECK: resnet.gemm
// CHECK-NEXT: resnet.mul
// CHECK-NEXT: resnet.gemm
// CHECK-NEXT: resnet.mul
func.func @scaled_gemm(%x: tensor<?x1xf32>, %t: tensor<1x?xf32>) -> (tensor<?x1xf32>, tensor<?x1xf32>) {
  %w = resnet.constant dense<1.0> : tensor<1x1xf32>
  %factor = resnet.constant dense<2.0> : tensor<1xf32>
  %g = resnet.gemm %x, %w {alpha = 5.0e-1 : f32} : (tensor<?x1xf32>, tensor<1x1xf32>) -> tensor<?x1xf32>
  %y = resnet.mul %g, %factor : (tensor<?x1xf32>, tensor<1xf32>) -> tensor<?x1xf32>
  %h = resnet.gemm %t, %w {trans_a = true} : (tensor<1x?xf32>, tensor<1x1xf32>) -> tensor<?x1xf32>
  %z = resnet.mul %h, %factor : (tensor<?x1xf32>, tensor<1xf32>) -> tensor<?x1xf32>
  return %y, %z : tensor<?x1xf32>, tensor<?x1xf32>
}

// -----

// Pre-activation: the normalization of two channels, factors [2, 3] and shifts
// [-5, -0.5], before weights [[10, 20], [1, 2]] and bias [100, 200]:
// weights [[10 * 2, 20 * 3], [1 * 2, 2 * 3]],
// bias [100 + 10 * -5 + 20 * -0.5, 200 + 1 * -5 + 2 * -0.5] = [40, 194].
// CHECK-LABEL: func.func @before_conv(
// CHECK-DAG: %[[W:.+]] = resnet.constant dense<{{\[\[\[\[}}2.000000e+01]], {{\[\[}}6.000000e+01]]], {{\[\[\[}}2.000000e+00]], {{\[\[}}6.000000e+00]]]]> : tensor<2x2x1x1xf32>
// CHECK-DAG: %[[B:.+]] = resnet.constant dense<[4.000000e+01, 1.940000e+02]> : tensor<2xf32>
// CHECK: %[[Y:.+]] = resnet.conv %arg0, %[[W]] bias %[[B]] {strides = array<i64: 2, 2>}
// CHECK-NEXT: return %[[Y]]
func.func @before_conv(%x: tensor<?x2x4x4xf32>) -> tensor<?x2x2x2xf32> {
  %scale = resnet.constant dense<[4.0, 9.0]> : tensor<2xf32>
  %offset = resnet.constant dense<1.0> : tensor<2xf32>
  %mean = resnet.constant dense<[3.0, 0.5]> : tensor<2xf32>
  %variance = resnet.constant dense<[3.0, 8.0]> : tensor<2xf32>
  %w = resnet.constant dense<[[[[10.0]], [[20.0]]], [[[1.0]], [[2.0]]]]> : tensor<2x2x1x1xf32>
  %b = resnet.constant dense<[100.0, 200.0]> : tensor<2xf32>
  %n = resnet.batch_norm %x, %scale, %offset, %mean, %variance {epsilon = 1.0 : f32}
     : (tensor<?x2x4x4xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x2x4x4xf32>
  %y = resnet.conv %n, %w bias %b {strides = array<i64: 2, 2>}
     : (tensor<?x2x4x4xf32>, tensor<2x2x1x1xf32>, tensor<2xf32>) -> tensor<?x2x2x2xf32>
  return %y : tensor<?x2x2x2xf32>
}

// -----

// Of two convolutions the one before can take the shift, whatever the one after
// pads: 0 + 5 becomes its bias.
// CHECK-LABEL: func.func @between(
// CHECK-DAG: %[[B:.+]] = resnet.constant dense<5.000000e+00> : tensor<1xf32>
// CHECK: %[[C:.+]] = resnet.conv %arg0, %{{.+}} bias %[[B]] :
// CHECK-NEXT: resnet.conv %[[C]], %{{[^ ]+}} {pads = array<i64: 1, 1, 1, 1>} :
func.func @between(%x: tensor<?x1x4x4xf32>) -> tensor<?x1x6x6xf32> {
  %w = resnet.constant dense<2.0> : tensor<1x1x1x1xf32>
  %five = resnet.constant dense<5.0> : tensor<f32>
  %c = resnet.conv %x, %w : (tensor<?x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<?x1x4x4xf32>
  %s = resnet.add %c, %five : (tensor<?x1x4x4xf32>, tensor<f32>) -> tensor<?x1x4x4xf32>
  %y = resnet.conv %s, %w {pads = array<i64: 1, 1, 1, 1>}
     : (tensor<?x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<?x1x6x6xf32>
  return %y : tensor<?x1x6x6xf32>
}

// -----

// Padding is zeros behind the shift, and would be the shift's inverse before it.
// CHECK-LABEL: func.func @shift_before_padded(
// CHECK: %[[S:.+]] = resnet.add %arg0
// CHECK-NEXT: resnet.conv %[[S]], %{{[^ ]+}} {pads = array<i64: 1, 1, 1, 1>}
// CHECK: %[[A:.+]] = resnet.add %arg0
// CHECK-NEXT: resnet.conv %[[A]], %{{[^ ]+}} {auto_pad = "SAME_UPPER"}
func.func @shift_before_padded(%x: tensor<?x1x4x4xf32>) -> (tensor<?x1x4x4xf32>, tensor<?x1x4x4xf32>) {
  %w = resnet.constant dense<1.0> : tensor<1x1x3x3xf32>
  %shift = resnet.constant dense<2.0> : tensor<f32>
  %s = resnet.add %x, %shift : (tensor<?x1x4x4xf32>, tensor<f32>) -> tensor<?x1x4x4xf32>
  %y = resnet.conv %s, %w {pads = array<i64: 1, 1, 1, 1>}
     : (tensor<?x1x4x4xf32>, tensor<1x1x3x3xf32>) -> tensor<?x1x4x4xf32>
  %a = resnet.add %x, %shift : (tensor<?x1x4x4xf32>, tensor<f32>) -> tensor<?x1x4x4xf32>
  %z = resnet.conv %a, %w {auto_pad = "SAME_UPPER"}
     : (tensor<?x1x4x4xf32>, tensor<1x1x3x3xf32>) -> tensor<?x1x4x4xf32>
  return %y, %z : tensor<?x1x4x4xf32>, tensor<?x1x4x4xf32>
}

// -----

// A factor leaves zeros zeros, so padding does not matter: 1 * 2.
// CHECK-LABEL: func.func @factor_before_padded(
// CHECK-DAG: %[[W:.+]] = resnet.constant dense<2.000000e+00> : tensor<1x1x3x3xf32>
// CHECK-DAG: %[[B:.+]] = resnet.constant dense<0.000000e+00> : tensor<1xf32>
// CHECK: resnet.conv %arg0, %[[W]] bias %[[B]] {pads = array<i64: 1, 1, 1, 1>}
// CHECK-NEXT: return
func.func @factor_before_padded(%x: tensor<?x1x4x4xf32>) -> tensor<?x1x4x4xf32> {
  %w = resnet.constant dense<1.0> : tensor<1x1x3x3xf32>
  %factor = resnet.constant dense<2.0> : tensor<f32>
  %s = resnet.mul %x, %factor : (tensor<?x1x4x4xf32>, tensor<f32>) -> tensor<?x1x4x4xf32>
  %y = resnet.conv %s, %w {pads = array<i64: 1, 1, 1, 1>}
     : (tensor<?x1x4x4xf32>, tensor<1x1x3x3xf32>) -> tensor<?x1x4x4xf32>
  return %y : tensor<?x1x4x4xf32>
}

// -----

// Two groups of two inputs and one output each, window 1x2. Output 0 reads
// channels 0 and 1, output 1 reads 2 and 3:
// weights [[[1, 1], [1, 1]] * [1, 2], [[2, 2], [2, 2]] * [3, 4]],
// bias [2 * (1 * 10 + 1 * 20), 2 * (2 * 30 + 2 * 40)] = [60, 280].
// CHECK-LABEL: func.func @before_grouped_conv(
// CHECK-DAG: %[[W:.+]] = resnet.constant dense<{{\[\[\[\[}}1.000000e+00, 1.000000e+00]], {{\[\[}}2.000000e+00, 2.000000e+00]]], {{\[\[\[}}6.000000e+00, 6.000000e+00]], {{\[\[}}8.000000e+00, 8.000000e+00]]]]> : tensor<2x2x1x2xf32>
// CHECK-DAG: %[[B:.+]] = resnet.constant dense<[6.000000e+01, 2.800000e+02]> : tensor<2xf32>
// CHECK: resnet.conv %arg0, %[[W]] bias %[[B]] {group = 2 : i64}
func.func @before_grouped_conv(%x: tensor<?x4x4x4xf32>) -> tensor<?x2x4x3xf32> {
  %scale = resnet.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %offset = resnet.constant dense<[10.0, 20.0, 30.0, 40.0]> : tensor<4xf32>
  %zero = resnet.constant dense<0.0> : tensor<4xf32>
  %w = resnet.constant dense<[[[[1.0, 1.0]], [[1.0, 1.0]]], [[[2.0, 2.0]], [[2.0, 2.0]]]]> : tensor<2x2x1x2xf32>
  %n = resnet.batch_norm %x, %scale, %offset, %zero, %zero {epsilon = 1.0 : f32}
     : (tensor<?x4x4x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<?x4x4x4xf32>
  %y = resnet.conv %n, %w {group = 2 : i64}
     : (tensor<?x4x4x4xf32>, tensor<2x2x1x2xf32>) -> tensor<?x2x4x3xf32>
  return %y : tensor<?x2x4x3xf32>
}

// -----

// Before a Gemm: [[1, 2], [3, 4]] (inputs x outputs), inputs times [2, 3] plus
// [10, 20]: [[2, 4], [9, 12]] and [1 * 10 + 3 * 20, 2 * 10 + 4 * 20].
// CHECK-LABEL: func.func @before_gemm(
// CHECK-DAG: %[[W:.+]] = resnet.constant dense<{{\[\[}}2.000000e+00, 4.000000e+00], [9.000000e+00, 1.200000e+01]]> : tensor<2x2xf32>
// CHECK-DAG: %[[B:.+]] = resnet.constant dense<[7.000000e+01, 1.000000e+02]> : tensor<2xf32>
// CHECK: resnet.gemm %arg0, %[[W]], %[[B]] :
func.func @before_gemm(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %factor = resnet.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %shift = resnet.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %w = resnet.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %m = resnet.mul %x, %factor : (tensor<?x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  %a = resnet.add %m, %shift : (tensor<?x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  %y = resnet.gemm %a, %w : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

// The other reader needs the convolution (the sum) as it is.
// CHECK-LABEL: func.func @two_uses(
// CHECK-SAME: %[[X:.+]]: tensor
// CHECK: %[[C:.+]] = resnet.conv %[[X]], %{{[^ ]+}} :
// CHECK-NEXT: %[[M:.+]] = resnet.mul %[[C]]
// CHECK-NEXT: %[[D:.+]] = resnet.conv %[[M]], %{{[^ ]+}} :
// CHECK-NEXT: return %[[C]], %[[M]], %[[D]]
func.func @two_uses(%x: tensor<?x1x4x4xf32>) -> (tensor<?x1x4x4xf32>, tensor<?x1x4x4xf32>, tensor<?x1x4x4xf32>) {
  %w = resnet.constant dense<1.0> : tensor<1x1x1x1xf32>
  %factor = resnet.constant dense<2.0> : tensor<f32>
  %c = resnet.conv %x, %w : (tensor<?x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<?x1x4x4xf32>
  %m = resnet.mul %c, %factor : (tensor<?x1x4x4xf32>, tensor<f32>) -> tensor<?x1x4x4xf32>
  %d = resnet.conv %m, %w : (tensor<?x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<?x1x4x4xf32>
  return %c, %m, %d : tensor<?x1x4x4xf32>, tensor<?x1x4x4xf32>, tensor<?x1x4x4xf32>
}

// -----

// Weights do not reach what a residual adds, or what an activation cuts off.
// CHECK-LABEL: func.func @fused_before(
// CHECK: resnet.conv {{.*}} residual
// CHECK-NEXT: resnet.mul
// CHECK-NEXT: resnet.conv {{.*}} {activation = #resnet.activation<relu>}
// CHECK-NEXT: resnet.mul
func.func @fused_before(%x: tensor<?x1x4x4xf32>) -> (tensor<?x1x4x4xf32>, tensor<?x1x4x4xf32>) {
  %w = resnet.constant dense<1.0> : tensor<1x1x1x1xf32>
  %factor = resnet.constant dense<2.0> : tensor<f32>
  %c = resnet.conv %x, %w residual %x
     : (tensor<?x1x4x4xf32>, tensor<1x1x1x1xf32>, tensor<?x1x4x4xf32>) -> tensor<?x1x4x4xf32>
  %y = resnet.mul %c, %factor : (tensor<?x1x4x4xf32>, tensor<f32>) -> tensor<?x1x4x4xf32>
  %d = resnet.conv %x, %w {activation = #resnet.activation<relu>}
     : (tensor<?x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<?x1x4x4xf32>
  %z = resnet.mul %d, %factor : (tensor<?x1x4x4xf32>, tensor<f32>) -> tensor<?x1x4x4xf32>
  return %y, %z : tensor<?x1x4x4xf32>, tensor<?x1x4x4xf32>
}

// -----

// Parameters and weights that are not known at compile time stay.
// CHECK-LABEL: func.func @not_constant(
// CHECK: resnet.conv
// CHECK-NEXT: resnet.batch_norm
// CHECK-NEXT: resnet.conv
// CHECK-NEXT: resnet.mul
// CHECK-NEXT: resnet.conv
// CHECK-NEXT: resnet.mul
func.func @not_constant(%x: tensor<?x1x4x4xf32>, %p: tensor<1xf32>, %v: tensor<1x1x1x1xf32>)
    -> (tensor<?x1x4x4xf32>, tensor<?x1x4x4xf32>, tensor<?x1x4x4xf32>) {
  %w = resnet.constant dense<1.0> : tensor<1x1x1x1xf32>
  %one = resnet.constant dense<1.0> : tensor<1xf32>
  %factor = resnet.constant dense<2.0> : tensor<f32>
  %c = resnet.conv %x, %w : (tensor<?x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<?x1x4x4xf32>
  %y = resnet.batch_norm %c, %one, %one, %p, %one
     : (tensor<?x1x4x4xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<?x1x4x4xf32>
  %d = resnet.conv %x, %v : (tensor<?x1x4x4xf32>, tensor<1x1x1x1xf32>) -> tensor<?x1x4x4xf32>
  %z = resnet.mul %d, %factor : (tensor<?x1x4x4xf32>, tensor<f32>) -> tensor<?x1x4x4xf32>
  %e = resnet.conv %x, %w bias %p : (tensor<?x1x4x4xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>) -> tensor<?x1x4x4xf32>
  %u = resnet.mul %e, %factor : (tensor<?x1x4x4xf32>, tensor<f32>) -> tensor<?x1x4x4xf32>
  return %y, %z, %u : tensor<?x1x4x4xf32>, tensor<?x1x4x4xf32>, tensor<?x1x4x4xf32>
}

// -----

// A transposed convolution in groups: its weight lies as inputs x outputs.
// CHECK-LABEL: func.func @transposed(
// CHECK-DAG: resnet.constant dense<{{\[\[\[\[}}2.000000e+00]], {{\[\[}}6.000000e+00]]], {{\[\[\[}}1.200000e+01]], {{\[\[}}2.000000e+01]]]]> : tensor<2x2x1x1xf32>
// CHECK-DAG: %[[B:.+]] = resnet.constant dense<[1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00]>
// CHECK: resnet.conv_transpose %arg0, %{{.+}} bias %[[B]] {group = 2 : i64}
// CHECK-NEXT: return
func.func @transposed(%x: tensor<?x2x3x3xf32>) -> tensor<?x4x3x3xf32> {
  %w = resnet.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %s = resnet.constant dense<[[[2.0]], [[3.0]], [[4.0]], [[5.0]]]> : tensor<4x1x1xf32>
  %b = resnet.constant dense<[[[1.0]], [[2.0]], [[3.0]], [[4.0]]]> : tensor<4x1x1xf32>
  %c = resnet.conv_transpose %x, %w {group = 2 : i64} : (tensor<?x2x3x3xf32>, tensor<2x2x1x1xf32>) -> tensor<?x4x3x3xf32>
  %m = resnet.mul %c, %s : (tensor<?x4x3x3xf32>, tensor<4x1x1xf32>) -> tensor<?x4x3x3xf32>
  %a = resnet.add %m, %b : (tensor<?x4x3x3xf32>, tensor<4x1x1xf32>) -> tensor<?x4x3x3xf32>
  return %a : tensor<?x4x3x3xf32>
}
